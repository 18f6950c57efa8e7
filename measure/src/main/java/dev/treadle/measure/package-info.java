/** How alike, how good, how sure: pure functions, no files, no network. */
@NullMarked
package dev.treadle.measure;

import org.jspecify.annotations.NullMarked;
