/** LoRA adapters in the folders that PEFT reads and writes. */
@NullMarked
package dev.treadle.training.adapter;

import org.jspecify.annotations.NullMarked;
