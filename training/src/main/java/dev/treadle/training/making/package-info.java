/** Makes small models from nothing but texts. */
@NullMarked
package dev.treadle.training.making;

import org.jspecify.annotations.NullMarked;
