/** How a model is to be tuned: the settings of a run, where they are read, and what they cost. */
@NullMarked
package dev.treadle.training.settings;

import org.jspecify.annotations.NullMarked;
