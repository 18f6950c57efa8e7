/**
 * Connections to model APIs: pools, time limits, circuit breakers. Knows nothing of what is said.
 */
@NullMarked
package dev.treadle.gateway.upstream;

import org.jspecify.annotations.NullMarked;
