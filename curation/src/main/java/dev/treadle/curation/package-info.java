/** Which examples are worth training on: recipes of stages, and exporters to trainers' formats. */
@NullMarked
package dev.treadle.curation;

import org.jspecify.annotations.NullMarked;
