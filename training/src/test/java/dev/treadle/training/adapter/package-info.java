@NullMarked
package dev.treadle.training.adapter;

import org.jspecify.annotations.NullMarked;
