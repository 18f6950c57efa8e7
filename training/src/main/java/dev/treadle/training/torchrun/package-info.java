/** Training in several processes, by torchrun, transformers and PEFT. */
@NullMarked
package dev.treadle.training.torchrun;

import org.jspecify.annotations.NullMarked;
