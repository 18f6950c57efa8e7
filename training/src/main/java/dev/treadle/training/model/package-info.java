/** What a model's folder says of its shape, and the tensors that follow from it. */
@NullMarked
package dev.treadle.training.model;

import org.jspecify.annotations.NullMarked;
