package dev.treadle.training.finetune;

import dev.treadle.training.TrainingError;
import dev.treadle.training.settings.TrainingSettings;
import dev.treadle.transcript.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What makes a run this run: what it is made of must be the same when it goes on.
 *
 * @param threads with another number the last bits would differ
 * @param prepacks likewise: whether the base's matrices are laid out for oneDNN's products
 */
record RunIdentity(
    TrainingSettings settings,
    String baseHash,
    String datasetHash,
    int threads,
    boolean prepacks,
    long rows,
    int steps) {
  private static final String PREPACKED = "prepacked";

  /** Whether a run that kept this computed with prepacked matrices. */
  static boolean prepacks(JsonNode saved) {
    return saved.path(PREPACKED).asBoolean(false);
  }

  ObjectNode json() {
    ObjectNode json = Json.object();
    json.set("settings", settings.toJson());
    json.put("base_sha256", baseHash).put("dataset_sha256", datasetHash);
    json.put("threads", threads).put(PREPACKED, prepacks).put("rows", rows).put("steps", steps);
    return json;
  }

  /**
   * Refuses to go on with another run's checkpoint.
   *
   * @throws dev.treadle.transcript.TreadleException {@link TrainingError#RUN_DIFFERS} that names
   *     what differs
   */
  void check(JsonNode saved, Path folder) {
    List<String> differences = new ArrayList<>();
    differ("the base", baseHash, saved.path("base_sha256").asString(""), differences);
    differ("the dataset", datasetHash, saved.path("dataset_sha256").asString(""), differences);
    differ("threads", "" + threads, saved.path("threads").asString(""), differences);
    if (!settings.toJson().equals(saved.path("settings"))) {
      differences.addAll(settings.differences(TrainingSettings.read(saved.path("settings"))));
    }
    if (!differences.isEmpty()) {
      throw TrainingError.RUN_DIFFERS.because(
          folder
              + " was begun otherwise, and would not give the same result ("
              + String.join("; ", differences)
              + "): go on as it was begun, or choose another folder");
    }
  }

  private static void differ(String what, String now, String then, List<String> differences) {
    if (!now.equals(then)) {
      differences.add(what + ": " + now + ", not " + then);
    }
  }
}
