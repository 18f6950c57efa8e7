@NullMarked
package dev.treadle.training.finetune;

import org.jspecify.annotations.NullMarked;
