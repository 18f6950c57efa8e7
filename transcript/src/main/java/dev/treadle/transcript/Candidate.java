package dev.treadle.transcript;

import java.time.Duration;
import java.util.Optional;

/**
 * One answer of a comparison.
 *
 * @param message absent where the model failed
 * @param score 0 to 1, or -1 where it could not be scored
 * @param error why there is no message
 */
public record Candidate(
    String model,
    Optional<Message.Assistant> message,
    Optional<Double> score,
    Optional<Duration> latency,
    Optional<Usd> cost,
    Optional<String> error) {}
