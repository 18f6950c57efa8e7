/** Tests of the cache of answers. */
@NullMarked
package dev.treadle.gateway.cache;

import org.jspecify.annotations.NullMarked;
