/** Tensors in files, read and written as the safetensors format says. */
@NullMarked
package dev.treadle.training.safetensors;

import org.jspecify.annotations.NullMarked;
