package dev.treadle.store;

import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * What a lake is given from outside.
 *
 * @param random for writer names and the lake's key: a {@code SecureRandom} but in tests
 * @param processId shown in {@code runs/} so that a person can find the process
 */
public record LakeSettings(
    Disk disk, InstantSource clock, RandomGenerator random, long processId, LakeLimits limits) {}
