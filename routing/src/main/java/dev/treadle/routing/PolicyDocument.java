package dev.treadle.routing;

import java.time.Instant;
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
      int examples, String sha256, Optional<Instant> from, Optional<Instant> to) {}

  public PolicyDocument {
    candidates = List.copyOf(candidates);
    categories = Collections.unmodifiableMap(new LinkedHashMap<>(categories));
    estimates = Collections.unmodifiableMap(new LinkedHashMap<>(estimates));
    if (!candidates.contains(defaultTarget)) {
      throw new IllegalArgumentException(
          "the default target is a candidate: " + defaultTarget + " of " + candidates);
    }
  }
}
