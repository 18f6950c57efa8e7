@NullMarked
package dev.treadle.training.serving;

import org.jspecify.annotations.NullMarked;
