@NullMarked
package dev.treadle.training.tensor;

import org.jspecify.annotations.NullMarked;
