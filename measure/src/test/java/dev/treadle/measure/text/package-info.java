@NullMarked
package dev.treadle.measure.text;

import org.jspecify.annotations.NullMarked;
