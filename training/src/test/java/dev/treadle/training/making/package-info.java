@NullMarked
package dev.treadle.training.making;

import org.jspecify.annotations.NullMarked;
