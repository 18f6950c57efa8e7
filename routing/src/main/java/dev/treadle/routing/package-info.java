/**
 * Which model should answer? Policies as pure functions of logged inputs and a logged random
 * number.
 */
@NullMarked
package dev.treadle.routing;

import org.jspecify.annotations.NullMarked;
