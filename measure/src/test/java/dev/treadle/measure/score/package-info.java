@NullMarked
package dev.treadle.measure.score;

import org.jspecify.annotations.NullMarked;
