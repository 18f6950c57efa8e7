package dev.treadle.app.wheel;

import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.WheelSettings;
import dev.treadle.measure.text.TextClassifier;
import dev.treadle.measure.text.TextClassifier.Labelled;
import dev.treadle.routing.LearnedRouter;
import dev.treadle.routing.Objective;
import dev.treadle.routing.PolicyDocument;
import dev.treadle.routing.PolicyFile;
import dev.treadle.routing.Target;
import dev.treadle.store.Policies;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Learns policies for a route, and keeps them in the lake. */
public final class RouteTraining {
  /** One seed for all: what is learned follows from what it is learned from. */
  private static final long SEED = 1;

  private static final String UNNUMBERED = "0";
  private static final double MINIMUM_CONFIDENCE = 0.5;

  private final RouteStation station;
  private final Instant now;

  /**
   * What was learned.
   *
   * @param isNew false where the last policy of the lake is the very same
   */
  public record Trained(int version, boolean isNew, PolicyDocument document) {}

  /**
   * A trainer.
   *
   * @param now when the policy is said to be made
   */
  public RouteTraining(RouteStation station, Instant now) {
    this.station = station;
    this.now = now;
  }

  /** Learns which target is how good for which kind of request. */
  public PolicyDocument learn(Comparisons comparisons) {
    if (comparisons.train().isEmpty()) {
      throw AppError.NOT_FOUND.because(
          "there is nothing to learn from: no comparison of two of the models "
              + station.targets()
              + " outside the held-out share; data_collection in treadle.yaml makes some"
              + (comparisons.leftOut().isEmpty()
                  ? ""
                  : " (left out: " + comparisons.leftOut() + ")"));
    }
    LearnedRouter router =
        LearnedRouter.train(comparisons.observations(), LearnedRouter.Options.DEFAULT, SEED);
    WheelSettings wheel = station.wheel();
    Objective objective = Objective.QUALITY.at(wheel.qualityPerUsd());
    return PolicyDocument.of(
        UNNUMBERED,
        station.name(),
        now,
        station.targets(),
        station.targets().getFirst(),
        wheel.explores() ? objective : objective.greedy(),
        router,
        new PolicyDocument.TrainedOn(
            comparisons.train().size(),
            comparisons.sha256(),
            comparisons.first(),
            comparisons.last()),
        Map.of());
  }

  /** Learns a classifier of labelled texts, whose labels are categories or models of the route. */
  public PolicyDocument classify(List<Labelled> examples) {
    TextClassifier classifier = TextClassifier.train(examples, SEED);
    Map<String, Target> categories = new LinkedHashMap<>();
    for (String label : classifier.labels()) {
      target(label).ifPresent(it -> categories.put(label, it));
    }
    if (categories.isEmpty()) {
      throw AppError.CONFIGURATION_INVALID.because(
          "none of the labels "
              + classifier.labels()
              + " is a model of the route "
              + station.name()
              + " or a category of one: name them in router.categories");
    }
    return PolicyDocument.of(
        UNNUMBERED,
        station.name(),
        now,
        station.targets(),
        station.targets().getFirst(),
        categories,
        MINIMUM_CONFIDENCE,
        classifier,
        new PolicyDocument.TrainedOn(
            examples.size(), classifier.trainedOn(), Optional.empty(), Optional.empty()),
        Map.of());
  }

  /** Whom a label's texts go to: the first model of the category, or the model of that name. */
  private Optional<Target> target(String label) {
    ModelNames names = station.names();
    for (Map.Entry<String, String> it : station.wheel().categories().entrySet()) {
      if (it.getValue().equals(label) && names.target(it.getKey()).isPresent()) {
        return names.target(it.getKey());
      }
    }
    return names.target(label);
  }

  /** Keeps a policy; the same one again, whenever it is made, is kept once. */
  public Trained keep(Policies policies, PolicyDocument document) {
    List<Integer> versions = policies.versions();
    if (!versions.isEmpty()) {
      int last = versions.getLast();
      byte[] kept = policies.read(last);
      PolicyDocument same = made(document, last, PolicyFile.read(kept).created());
      if (Arrays.equals(kept, PolicyFile.write(same))) {
        return new Trained(last, false, same);
      }
    }
    int version = policies.add(it -> PolicyFile.write(made(document, it, document.created())));
    return new Trained(version, true, made(document, version, document.created()));
  }

  private static PolicyDocument made(PolicyDocument it, int version, Instant created) {
    return new PolicyDocument(
        Integer.toString(version),
        it.kind(),
        it.route(),
        created,
        it.candidates(),
        it.defaultTarget(),
        it.categories(),
        it.minimumConfidence(),
        it.objective(),
        it.trainedOn(),
        it.model(),
        it.estimates());
  }
}
