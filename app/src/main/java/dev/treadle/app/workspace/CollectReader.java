package dev.treadle.app.workspace;

import dev.treadle.gateway.Secret;
import dev.treadle.gateway.collect.CollectSettings;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Reads what {@code treadle.yaml} says under {@code data_collection}. */
final class CollectReader {
  private static final String SECTION = "data_collection.";
  private static final String TRAINING = SECTION + "training.";
  private static final String CANDIDATES = TRAINING + "candidate_models";

  private final Nodes root;

  CollectReader(Nodes root) {
    this.root = root;
  }

  CollectSettings settings() {
    CollectSettings.Training usual = CollectSettings.Training.DEFAULT;
    boolean isEnabled = root.truth(SECTION + "enabled", false);
    CollectSettings.Mode mode =
        root.choice(
            SECTION + "mode",
            CollectSettings.Mode.class,
            root.text(SECTION + "mode").orElse("production"));
    List<String> candidates = candidates();
    if (isEnabled && mode == CollectSettings.Mode.TRAINING && candidates.size() < 2) {
      throw root.wrong(
          CANDIDATES, "two models at least, as there is nothing to compare else", candidates);
    }
    return new CollectSettings(
        isEnabled,
        mode,
        share(SECTION + "sampling_rate"),
        address(SECTION + "storage_endpoint"),
        new CollectSettings.Training(
            candidates,
            address(TRAINING + "evaluate_endpoint"),
            Duration.ofMillis(
                root.number(
                    TRAINING + "evaluate_timeout", (int) usual.evaluateTimeout().toMillis())),
            root.number(TRAINING + "batch_size", usual.batchSize()),
            Duration.ofSeconds(
                root.number(TRAINING + "flush_interval", (int) usual.flushInterval().toSeconds())),
            limits()));
  }

  /** As written: a variable's name is not its value yet. */
  Optional<Secret> storageKey() {
    return root.text(SECTION + "storage_key").map(Secret::new);
  }

  private CollectSettings.Limits limits() {
    CollectSettings.Limits usual = CollectSettings.Limits.DEFAULT;
    return new CollectSettings.Limits(
        root.number(TRAINING + "concurrency", usual.concurrency()),
        root.number(TRAINING + "queue", usual.queue()),
        root.duration(TRAINING + "timeout", usual.timeout()),
        root.number(TRAINING + "max_questions_per_day", usual.maxQuestionsPerDay()),
        root.amount(TRAINING + "max_cost_per_day").orElse(usual.maxCostPerDay()));
  }

  private List<String> candidates() {
    List<String> candidates = root.texts(CANDIDATES);
    Set<String> seen = new HashSet<>();
    for (String it : candidates) {
      if (it.isBlank() || it.startsWith("/") || it.endsWith("/")) {
        throw root.wrong(CANDIDATES, "a route's name, or an upstream and a model", "'" + it + "'");
      }
      if (!seen.add(it)) {
        throw root.wrong(CANDIDATES, "every model once", it + " twice");
      }
    }
    return candidates;
  }

  private double share(String path) {
    Optional<JsonNode> value = root.at(path);
    if (value.isEmpty()) {
      return CollectSettings.OFF.samplingRate();
    }
    if (!value.get().isNumber() || value.get().doubleValue() < 0 || value.get().doubleValue() > 1) {
      throw root.wrong(path, "a share from 0 to 1", value.get());
    }
    return value.get().doubleValue();
  }

  private Optional<URI> address(String path) {
    return root.text(path)
        .map(
            it -> {
              try {
                URI uri = URI.create(it);
                if (uri.getHost() != null
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                  return uri;
                }
              } catch (IllegalArgumentException e) {
                // Said below.
              }
              throw root.wrong(path, "an address such as http://127.0.0.1:8080/collect", it);
            });
  }
}
