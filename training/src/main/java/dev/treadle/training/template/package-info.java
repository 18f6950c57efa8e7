/** Chat templates, rendered as Hugging Face renders them. */
@NullMarked
package dev.treadle.training.template;

import org.jspecify.annotations.NullMarked;
