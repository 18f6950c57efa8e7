/** Tests of training mode. */
@NullMarked
package dev.treadle.gateway.collect;

import org.jspecify.annotations.NullMarked;
