/** Tests of the policies. */
@NullMarked
package dev.treadle.routing;

import org.jspecify.annotations.NullMarked;
