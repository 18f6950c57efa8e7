/** Tests of the wheel's own parts. */
@NullMarked
package dev.treadle.app.wheel;

import org.jspecify.annotations.NullMarked;
