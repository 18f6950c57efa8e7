@NullMarked
package dev.treadle.training.template;

import org.jspecify.annotations.NullMarked;
