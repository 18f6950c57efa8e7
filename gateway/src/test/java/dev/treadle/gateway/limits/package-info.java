/** Tests of limits. */
@NullMarked
package dev.treadle.gateway.limits;

import org.jspecify.annotations.NullMarked;
