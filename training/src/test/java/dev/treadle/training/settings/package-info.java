@NullMarked
package dev.treadle.training.settings;

import org.jspecify.annotations.NullMarked;
