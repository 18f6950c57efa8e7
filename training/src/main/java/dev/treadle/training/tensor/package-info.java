/** The numbers themselves: libtorch, and what a model computes with it. */
@NullMarked
package dev.treadle.training.tensor;

import org.jspecify.annotations.NullMarked;
