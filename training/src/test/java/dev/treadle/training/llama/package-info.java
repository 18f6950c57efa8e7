@NullMarked
package dev.treadle.training.llama;

import org.jspecify.annotations.NullMarked;
