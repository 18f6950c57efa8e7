package dev.treadle.app.workspace;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * How routers are learned and when one is promoted.
 *
 * @param learnedRoutes names of the routes whose policy is learned
 * @param classifiedRoutes names of the routes whose targets are chosen by an external classifier
 * @param classifier its address
 * @param classifierTimeout after which the default target answers
 * @param minimumConfidence below it the default target answers
 * @param categories the category that a model's wins count for; a model that is not there is its
 *     own
 * @param minimumScore below it the best answer labels nothing
 * @param qualityPerUsd how much quality one US dollar must buy; 0: cost is no matter
 * @param explores whether a learned policy draws by the chance of being best, or takes the best
 * @param heldOut share of the conversations that no router learns from
 * @param minimumPairs fewer held-out comparisons promote nothing
 * @param level of the gate's tests
 * @param costMargin by what share a candidate may be dearer than what is live; absent: no matter
 * @param canary share of the traffic that a promoted policy gets at first; 0: all at once
 */
public record WheelSettings(
    Set<String> learnedRoutes,
    Set<String> classifiedRoutes,
    Optional<URI> classifier,
    Duration classifierTimeout,
    double minimumConfidence,
    Map<String, String> categories,
    double minimumScore,
    double qualityPerUsd,
    boolean explores,
    double heldOut,
    int minimumPairs,
    double level,
    OptionalDouble costMargin,
    double canary) {
  public WheelSettings {
    learnedRoutes = Set.copyOf(learnedRoutes);
    classifiedRoutes = Set.copyOf(classifiedRoutes);
    categories = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(categories));
  }
}
