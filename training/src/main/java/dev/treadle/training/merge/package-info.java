/** Base and adapter become one model, with a proof of what changed. */
@NullMarked
package dev.treadle.training.merge;

import org.jspecify.annotations.NullMarked;
