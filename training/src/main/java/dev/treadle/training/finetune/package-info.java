/** Runs of training: steps, evaluations, checkpoints, and what comes of them. */
@NullMarked
package dev.treadle.training.finetune;

import org.jspecify.annotations.NullMarked;
