/** From texts and conversations to the tokens that a model is trained on. */
@NullMarked
package dev.treadle.training.tokens;

import org.jspecify.annotations.NullMarked;
