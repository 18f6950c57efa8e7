@NullMarked
package dev.treadle.training;

import org.jspecify.annotations.NullMarked;
