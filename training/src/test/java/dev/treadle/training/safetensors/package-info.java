@NullMarked
package dev.treadle.training.safetensors;

import org.jspecify.annotations.NullMarked;
