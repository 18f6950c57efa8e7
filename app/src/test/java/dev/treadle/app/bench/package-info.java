/** Measurements that need the whole product; run by the scripts in {@code bench/}. */
@NullMarked
package dev.treadle.app.bench;

import org.jspecify.annotations.NullMarked;
