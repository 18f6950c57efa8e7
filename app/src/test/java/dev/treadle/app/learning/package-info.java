/** Measures whether fine-tuning teaches anything. */
@NullMarked
package dev.treadle.app.learning;

import org.jspecify.annotations.NullMarked;
