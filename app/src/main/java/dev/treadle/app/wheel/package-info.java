/** The wheel: comparisons become a router, the gate judges it, and what is better goes live. */
@NullMarked
package dev.treadle.app.wheel;

import org.jspecify.annotations.NullMarked;
