package dev.treadle.gateway.collect;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * What is compared, and where comparisons are sent.
 *
 * @param isEnabled whether anything of it happens
 * @param samplingRate share of the questions that are compared, 0 to 1
 * @param storageEndpoint where comparisons are posted to; absent: they stay in the lake
 */
public record CollectSettings(
    boolean isEnabled,
    Mode mode,
    double samplingRate,
    Optional<URI> storageEndpoint,
    Training training) {

  /** What is done with users' questions. */
  public enum Mode {
    /** They are put to all candidates, too. */
    TRAINING,
    /** They are answered and nothing else; what was compared before is still uploaded. */
    PRODUCTION
  }

  /** Nothing is compared and nothing sent. */
  public static final CollectSettings OFF =
      new CollectSettings(false, Mode.PRODUCTION, 1, Optional.empty(), Training.DEFAULT);

  /**
   * How questions are compared.
   *
   * @param candidates the models that are asked, each a route's name or a target
   * @param evaluateEndpoint who scores answers; absent: the gateway itself
   * @param evaluateTimeout for one answer
   * @param batchSize comparisons in an upload
   * @param flushInterval after which a smaller batch is uploaded, too
   * @param limits what it may take
   */
  public record Training(
      List<String> candidates,
      Optional<URI> evaluateEndpoint,
      Duration evaluateTimeout,
      int batchSize,
      Duration flushInterval,
      Limits limits) {
    public static final Training DEFAULT =
        new Training(
            List.of(),
            Optional.empty(),
            Duration.ofSeconds(5),
            10,
            Duration.ofSeconds(60),
            Limits.DEFAULT);

    public Training {
      candidates = List.copyOf(candidates);
      if (new HashSet<>(candidates).size() < candidates.size()) {
        throw new IllegalArgumentException("a candidate is there twice: " + candidates);
      }
      if (!isPositive(evaluateTimeout) || !isPositive(flushInterval) || batchSize < 1) {
        throw new IllegalArgumentException("times and numbers are positive");
      }
    }
  }

  /**
   * What training mode may take.
   *
   * @param concurrency questions that are compared at once
   * @param queue questions that wait; further ones are skipped
   * @param timeout for one candidate's answer
   * @param maxQuestionsPerDay accepted in a day of UTC
   * @param maxCostPerDay spent in a day of UTC, in US dollars, after which no question is accepted
   */
  public record Limits(
      int concurrency,
      int queue,
      Duration timeout,
      int maxQuestionsPerDay,
      BigDecimal maxCostPerDay) {
    public static final Limits DEFAULT =
        new Limits(4, 1000, Duration.ofSeconds(30), 100_000, BigDecimal.TEN);

    public Limits {
      if (concurrency < 1
          || queue < 1
          || maxQuestionsPerDay < 1
          || maxCostPerDay.signum() < 0
          || !isPositive(timeout)) {
        throw new IllegalArgumentException("limits are positive");
      }
    }
  }

  public CollectSettings {
    if (!(samplingRate >= 0 && samplingRate <= 1)) {
      throw new IllegalArgumentException("a share is from 0 to 1: " + samplingRate);
    }
    if (isEnabled && mode == Mode.TRAINING && training.candidates().size() < 2) {
      throw new IllegalArgumentException("to compare takes two candidates at least");
    }
  }

  /** Whether users' questions are compared. */
  public boolean isTraining() {
    return isEnabled && mode == Mode.TRAINING;
  }

  private static boolean isPositive(Duration duration) {
    return !duration.isNegative() && !duration.isZero();
  }
}
