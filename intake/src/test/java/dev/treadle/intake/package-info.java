@NullMarked
package dev.treadle.intake;

import org.jspecify.annotations.NullMarked;
