/** Local models that answer: prompts, sampling, generation, and what an answer's text means. */
@NullMarked
package dev.treadle.training.serving;

import org.jspecify.annotations.NullMarked;
