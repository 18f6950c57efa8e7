/**
 * What a text says about who answers it best: its features, and ridge regression on them. Pure
 * functions of texts and numbers.
 */
@NullMarked
package dev.treadle.routing.learning;

import org.jspecify.annotations.NullMarked;
