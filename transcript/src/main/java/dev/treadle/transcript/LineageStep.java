package dev.treadle.transcript;

/**
 * A stage that an example went through.
 *
 * @param version of the stage's code
 * @param parameters {@code sha256:} and the hash of its parameters
 */
public record LineageStep(String stage, int version, String parameters) {}
