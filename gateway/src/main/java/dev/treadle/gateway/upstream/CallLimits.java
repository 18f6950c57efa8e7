package dev.treadle.gateway.upstream;

import java.time.Duration;

/**
 * What a call of an upstream may take.
 *
 * @param concurrency calls at once
 * @param firstContent until something comes that a client could see
 * @param stall between two pieces after that
 * @param maxAnswerBytes of a whole answer
 */
public record CallLimits(
    int concurrency, Duration firstContent, Duration stall, long maxAnswerBytes) {}
