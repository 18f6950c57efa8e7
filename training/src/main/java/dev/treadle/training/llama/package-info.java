/** llama.cpp within this process: the only place that knows its binding. */
@NullMarked
package dev.treadle.training.llama;

import org.jspecify.annotations.NullMarked;
