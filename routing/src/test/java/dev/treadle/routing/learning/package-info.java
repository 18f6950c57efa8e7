/** Tests of what texts say about models. */
@NullMarked
package dev.treadle.routing.learning;

import org.jspecify.annotations.NullMarked;
