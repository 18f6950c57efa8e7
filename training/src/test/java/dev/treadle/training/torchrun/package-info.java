/** Tests of training in several processes. */
@NullMarked
package dev.treadle.training.torchrun;

import org.jspecify.annotations.NullMarked;
