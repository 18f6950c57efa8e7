package dev.treadle.gateway;

import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What the gateway is given from outside.
 *
 * @param nanos a clock that never goes back, in nanoseconds from anywhere
 * @param random for keys and as the seed of everything else: a {@code SecureRandom} but in tests
 */
public record Surroundings(
    InstantSource clock, LongSupplier nanos, RandomGenerator random, EventLog log) {}
