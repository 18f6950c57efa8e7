@NullMarked
package dev.treadle.measure.statistics;

import org.jspecify.annotations.NullMarked;
