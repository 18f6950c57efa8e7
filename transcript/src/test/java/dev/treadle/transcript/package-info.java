@NullMarked
package dev.treadle.transcript;

import org.jspecify.annotations.NullMarked;
