@NullMarked
package dev.treadle.training.model;

import org.jspecify.annotations.NullMarked;
