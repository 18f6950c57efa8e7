/** Models in one file as llama.cpp reads them: written from a model's folder, and read strictly. */
@NullMarked
package dev.treadle.training.gguf;

import org.jspecify.annotations.NullMarked;
