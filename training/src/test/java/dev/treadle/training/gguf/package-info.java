@NullMarked
package dev.treadle.training.gguf;

import org.jspecify.annotations.NullMarked;
