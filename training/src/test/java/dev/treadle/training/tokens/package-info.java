@NullMarked
package dev.treadle.training.tokens;

import org.jspecify.annotations.NullMarked;
