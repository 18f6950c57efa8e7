/** Tests of spans on their way. */
@NullMarked
package dev.treadle.gateway.telemetry;

import org.jspecify.annotations.NullMarked;
