/** Tests of the lake, and the disk that loses what was not forced. */
@NullMarked
package dev.treadle.store;

import org.jspecify.annotations.NullMarked;
