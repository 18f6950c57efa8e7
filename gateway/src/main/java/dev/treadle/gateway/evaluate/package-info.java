/** How good is an answer, as far as that takes more than a look at it: known answers, a judge. */
@NullMarked
package dev.treadle.gateway.evaluate;

import org.jspecify.annotations.NullMarked;
