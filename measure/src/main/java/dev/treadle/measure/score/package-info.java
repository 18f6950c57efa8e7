/**
 * How good is an answer? Judges answers against references, and says how far a judging model can be
 * trusted. Pure functions: no files, no network, no clock.
 */
@NullMarked
package dev.treadle.measure.score;

import org.jspecify.annotations.NullMarked;
