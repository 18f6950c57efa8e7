/**
 * How much calls may ask for and cost: rates and budgets, reserved before a call, settled after.
 */
@NullMarked
package dev.treadle.gateway.limits;

import org.jspecify.annotations.NullMarked;
