@NullMarked
package dev.treadle.training.merge;

import org.jspecify.annotations.NullMarked;
