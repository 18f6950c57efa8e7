/** Where it is kept: the lake, its log, datasets, runs and state, and SQL over it. */
@NullMarked
package dev.treadle.store;

import org.jspecify.annotations.NullMarked;
