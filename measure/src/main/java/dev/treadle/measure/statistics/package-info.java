/**
 * How sure: intervals, the gate that compares a candidate with what is live, tests that may be
 * looked at at any time, estimates from logged traffic, and the chance of each arm to be the best.
 *
 * <p>Start at {@link dev.treadle.measure.statistics.PairedGate} and {@link
 * dev.treadle.measure.statistics.OffPolicy}. Pure functions: what is drawn at random is drawn from
 * a seed that the caller gives. A caller's mistake is an {@link IllegalArgumentException}; what is
 * not proven is a value.
 */
@NullMarked
package dev.treadle.measure.statistics;

import org.jspecify.annotations.NullMarked;
