package dev.treadle.gateway;

import dev.treadle.gateway.limits.Limits;
import dev.treadle.gateway.upstream.Watchdog;

/** What every call shares, whatever the configuration of the moment. */
record Core(
    Surroundings surroundings,
    SharedRandom random,
    Capture capture,
    Watchdog watchdog,
    GatewayMetrics metrics,
    Limits limits,
    Comparing comparing,
    Caching caching,
    Telemetry telemetry) {}
