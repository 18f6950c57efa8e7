/** What was answered before? Answers of models in memory, given again to exactly equal requests. */
@NullMarked
package dev.treadle.gateway.cache;

import org.jspecify.annotations.NullMarked;
