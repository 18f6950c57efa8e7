package dev.treadle.app.wheel;

import dev.treadle.app.workspace.AppError;
import dev.treadle.measure.text.TextClassifier;
import dev.treadle.routing.ClassifierLabels;
import dev.treadle.routing.LearnedRouter;
import dev.treadle.routing.Policy;
import dev.treadle.routing.PolicyDocument;
import dev.treadle.routing.RememberedLabels;
import dev.treadle.routing.Target;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes a policy of its document, for the targets that a route has today. */
final class PolicyMaker {
  private static final int REMEMBERED = 10_000;

  private PolicyMaker() {}

  /**
   * The policy of a document.
   *
   * @param targets that the route goes to by its configuration: others are not chosen any more
   * @throws dev.treadle.transcript.TreadleException where none of its candidates is among them
   */
  static Policy policy(PolicyDocument document, List<Target> targets) {
    List<Target> candidates = document.candidates().stream().filter(targets::contains).toList();
    if (candidates.isEmpty()) {
      throw AppError.CONFIGURATION_INVALID.because(
          "policy "
              + document.version()
              + " chooses among "
              + document.candidates()
              + ", and the route "
              + document.route()
              + " goes to none of them any more: train and promote another one");
    }
    Target usual =
        candidates.contains(document.defaultTarget())
            ? document.defaultTarget()
            : candidates.getFirst();
    byte[] model = Base64.getDecoder().decode(document.model());
    return switch (document.kind()) {
      case LEARNED ->
          new Policy.Learned(
              LearnedRouter.load(model), candidates, usual, document.objective(), Map.of());
      case CLASSIFIER ->
          new Policy.Classified(
              new RememberedLabels(new ClassifierLabels(TextClassifier.load(model)), REMEMBERED),
              known(document.categories(), candidates),
              candidates,
              usual,
              document.minimumConfidence());
    };
  }

  private static Map<String, Target> known(
      Map<String, Target> categories, List<Target> candidates) {
    Map<String, Target> known = new LinkedHashMap<>();
    categories.forEach(
        (category, target) -> {
          if (candidates.contains(target)) {
            known.put(category, target);
          }
        });
    return known;
  }
}
