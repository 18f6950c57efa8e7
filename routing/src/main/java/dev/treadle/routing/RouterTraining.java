package dev.treadle.routing;

import dev.treadle.routing.learning.TextFeatures;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** One training of a router. */
final class RouterTraining {
  private final List<LearnedRouter.Observation> observations;
  private final LearnedRouter.Options options;
  private final long seed;
  private final List<String> models;

  RouterTraining(List<LearnedRouter.Observation> all, LearnedRouter.Options options, long seed) {
    this.options = options;
    this.seed = seed;
    this.observations = all.stream().filter(RouterTraining::isScored).toList();
    TreeSet<String> names = new TreeSet<>();
    for (LearnedRouter.Observation it : observations) {
      it.scores().keySet().stream().filter(m -> !Double.isNaN(it.score(m))).forEach(names::add);
    }
    this.models = List.copyOf(names);
    if (observations.isEmpty()) {
      throw RoutingError.TOO_LITTLE.because(
          "a router is learned from comparisons with scores, and none of the "
              + all.size()
              + " has one");
    }
    if (observations.size() > LearnedRouter.MOST_OBSERVATIONS
        || models.size() > LearnedRouter.MOST_MODELS) {
      throw RoutingError.TOO_MUCH.because(
          "a router is learned from at most %d comparisons of %d models, not %d of %d: take a later start"
              .formatted(
                  LearnedRouter.MOST_OBSERVATIONS,
                  LearnedRouter.MOST_MODELS,
                  observations.size(),
                  models.size()));
    }
  }

  private static boolean isScored(LearnedRouter.Observation it) {
    return it.scores().keySet().stream().anyMatch(model -> !Double.isNaN(it.score(model)));
  }

  LearnedRouter train() {
    int outputs = models.size() + 1;
    List<TextFeatures.Asked> texts = new ArrayList<>(observations.size());
    observations.forEach(it -> texts.add(LearnedRouter.asked(it.request())));
    TextFeatures features = TextFeatures.of(texts, outputs, seed);
    List<TextFeatures.Row> rows = new ArrayList<>(texts.size());
    texts.forEach(it -> rows.add(features.row(it)));
    List<RoutingRequest> requests =
        observations.stream().map(LearnedRouter.Observation::request).toList();
    Workloads workloads = Workloads.of(requests, rows, seed + 3);
    List<String> names = new ArrayList<>(rows.size());
    List<String> rated = new ArrayList<>(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      names.add(workloads.name(requests.get(i), rows.get(i)));
      rated.add(workloads.rated(names.get(i)));
      rows.set(i, workloads.row(names.get(i), rows.get(i), features));
    }
    double[] everywhere = everywhere();
    double[][] targets = targets(everywhere);
    Optional<Refinement.Learned> refinement = Optional.empty();
    if (options.readsTexts()) {
      List<String> groups = observations.stream().map(LearnedRouter.Observation::group).toList();
      refinement =
          new Refinement(
                  rated,
                  rows,
                  features,
                  workloads.count(),
                  targets,
                  groups,
                  models.size(),
                  options.pseudoCounts())
              .train();
    }
    return new LearnedRouter(
        fingerprint(),
        models,
        everywhere,
        features,
        workloads,
        WinRates.of(rated, targets, models.size(), options.pseudoCounts()),
        Costs.of(names, observations, models),
        refinement);
  }

  private double[] everywhere() {
    double[] means = new double[models.size()];
    for (int m = 0; m < means.length; m++) {
      String model = models.get(m);
      means[m] =
          observations.stream()
              .mapToDouble(it -> it.score(model))
              .filter(it -> !Double.isNaN(it))
              .average()
              .orElse(0);
    }
    return means;
  }

  /** By observation: the advantage of each model over the others, then what all share. */
  private double[][] targets(double[] everywhere) {
    double[][] targets = new double[observations.size()][models.size() + 1];
    for (int i = 0; i < targets.length; i++) {
      double[] it = targets[i];
      double sum = 0;
      int known = 0;
      for (int m = 0; m < everywhere.length; m++) {
        it[m] = observations.get(i).score(models.get(m)) - everywhere[m];
        sum += Double.isNaN(it[m]) ? 0 : it[m];
        known += Double.isNaN(it[m]) ? 0 : 1;
      }
      double shared = sum / known;
      for (int m = 0; m < everywhere.length; m++) {
        // One score alone says nothing of who is better.
        it[m] = known == 1 ? Double.NaN : it[m] - shared;
      }
      it[everywhere.length] = shared;
    }
    return targets;
  }

  private String fingerprint() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (LearnedRouter.Observation it : observations) {
        RoutingRequest request = it.request();
        add(digest, request.text());
        add(digest, request.system().orElse(""));
        add(digest, String.join("\n", request.tools()));
        add(digest, Integer.toString(request.promptCharacters()));
        add(digest, sorted(it.scores()));
        add(digest, sorted(it.costs()));
        add(digest, it.group());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String sorted(Map<String, Double> numbers) {
    return new TreeMap<>(numbers).toString();
  }

  private static void add(MessageDigest digest, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(utf8.length).flip());
    digest.update(utf8);
  }
}
