/**
 * Spans of OpenTelemetry: the names that they are told in, and their way to a collector. Nothing
 * here is loaded where telemetry is off.
 */
@NullMarked
package dev.treadle.gateway.telemetry;

import org.jspecify.annotations.NullMarked;
