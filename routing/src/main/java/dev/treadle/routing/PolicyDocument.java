package dev.treadle.routing;

import dev.treadle.measure.text.TextClassifier;
import dev.treadle.transcript.TreadleException;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A policy that was learned, as it is kept: what it is, what it was learned from, what is expected
 * of it.
 *
 * @param version its name: the file is called so
 * @param route whose requests it decides
 * @param categories targets by label; of a classifier only
 * @param minimumConfidence below it the default target answers; of a classifier only
 * @param objective of a learned router only
 * @param model the classifier's or the router's bytes, in Base64
 * @param estimates what it was measured at, by name
 */
public record PolicyDocument(
    String version,
    Kind kind,
    String route,
    Instant created,
    List<Target> candidates,
    Target defaultTarget,
    Map<String, Target> categories,
    double minimumConfidence,
    Objective objective,
    TrainedOn trainedOn,
    String model,
    Map<String, Double> estimates) {
  /** How it decides. */
  public enum Kind {
    CLASSIFIER,
    LEARNED;

    /** In lower case. */
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What it was learned from.
   *
   * @param examples how many comparisons, or labelled texts
   * @param sha256 of them all
   * @param from the time of the first
   * @param to the time of the last
   */
  public record TrainedOn(
      int examples, String sha256, Optional<Instant> from, Optional<Instant> to) {
    public TrainedOn {
      if (examples < 0) {
        throw new IllegalArgumentException("examples are 0 or more: " + examples);
      }
    }
  }

  public PolicyDocument {
    candidates = List.copyOf(candidates);
    categories = Collections.unmodifiableMap(new LinkedHashMap<>(categories));
    estimates = Collections.unmodifiableMap(new LinkedHashMap<>(estimates));
    if (version.isBlank() || route.isBlank()) {
      throw new IllegalArgumentException("a policy has a version and a route");
    }
    if (!candidates.contains(defaultTarget) || !candidates.containsAll(categories.values())) {
      throw new IllegalArgumentException(
          "the default target and those of categories are candidates: "
              + defaultTarget
              + ", "
              + categories
              + " of "
              + candidates);
    }
    if (!estimates.values().stream().allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("estimates are finite numbers: " + estimates);
    }
    if (!(minimumConfidence >= 0 && minimumConfidence <= 1)) {
      throw new IllegalArgumentException("a confidence is from 0 to 1: " + minimumConfidence);
    }
  }

  /** A router's. */
  public static PolicyDocument of(
      String version,
      String route,
      Instant created,
      List<Target> candidates,
      Target defaultTarget,
      Objective objective,
      LearnedRouter router,
      TrainedOn trainedOn,
      Map<String, Double> estimates) {
    return new PolicyDocument(
        version,
        Kind.LEARNED,
        route,
        created,
        candidates,
        defaultTarget,
        Map.of(),
        0,
        objective,
        trainedOn,
        Base64.getEncoder().encodeToString(router.save()),
        estimates);
  }

  /** A classifier's. */
  public static PolicyDocument of(
      String version,
      String route,
      Instant created,
      List<Target> candidates,
      Target defaultTarget,
      Map<String, Target> categories,
      double minimumConfidence,
      TextClassifier classifier,
      TrainedOn trainedOn,
      Map<String, Double> estimates) {
    return new PolicyDocument(
        version,
        Kind.CLASSIFIER,
        route,
        created,
        candidates,
        defaultTarget,
        categories,
        minimumConfidence,
        Objective.QUALITY,
        trainedOn,
        Base64.getEncoder().encodeToString(classifier.save()),
        estimates);
  }

  /** The same with estimates that were made since. */
  public PolicyDocument with(Map<String, Double> measured) {
    return new PolicyDocument(
        version,
        kind,
        route,
        created,
        candidates,
        defaultTarget,
        categories,
        minimumConfidence,
        objective,
        trainedOn,
        model,
        measured);
  }

  /**
   * The policy that decides.
   *
   * @param cachedUsd by target, what a token of a prompt costs less when its cache holds it
   * @param remembered how many of a classifier's answers are remembered; 0 for none
   * @throws TreadleException if the model cannot be read
   */
  public Policy policy(Map<Target, Double> cachedUsd, int remembered) {
    byte[] bytes = bytes();
    return switch (kind) {
      case LEARNED ->
          new Policy.Learned(
              LearnedRouter.load(bytes), candidates, defaultTarget, objective, cachedUsd);
      case CLASSIFIER -> {
        TextLabels labels = new ClassifierLabels(TextClassifier.load(bytes));
        yield new Policy.Classified(
            remembered > 0 ? new RememberedLabels(labels, remembered) : labels,
            categories,
            candidates,
            defaultTarget,
            minimumConfidence);
      }
    };
  }

  private byte[] bytes() {
    try {
      return Base64.getDecoder().decode(model);
    } catch (IllegalArgumentException e) {
      throw RoutingError.POLICY_INVALID.because(
          "the model of the policy '" + version + "' is not Base64: train it again", e);
    }
  }
}
