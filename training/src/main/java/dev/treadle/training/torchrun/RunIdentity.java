package dev.treadle.training.torchrun;

import dev.treadle.training.JsonFile;
import dev.treadle.training.TrainingError;
import dev.treadle.training.settings.TrainingSettings;
import dev.treadle.transcript.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What must be the same when a run goes on.
 *
 * @param processes of all nodes together
 * @param isPacked whether examples share rows
 */
record RunIdentity(
    String baseHash, String datasetHash, int processes, Strategy strategy, boolean isPacked) {
  private static final int MAX_BYTES = 16 << 20;

  ObjectNode json(TrainingSettings settings) {
    ObjectNode json = Json.object();
    json.put("base_sha256", baseHash).put("dataset_sha256", datasetHash);
    json.put("processes", processes).put("strategy", strategy.wire()).put("packed", isPacked);
    json.set("settings", settings.toJson());
    return json;
  }

  /**
   * Compares with what stands in a file of settings.
   *
   * @throws dev.treadle.transcript.TreadleException {@link TrainingError#RUN_DIFFERS} naming what
   *     differs
   */
  void check(Path file, TrainingSettings settings, Path output) {
    JsonNode then = JsonFile.read(file, MAX_BYTES, TrainingError.CHECKPOINT_INVALID).path("run");
    List<String> differences = new ArrayList<>();
    ObjectNode now = json(settings);
    for (String it : List.of("base_sha256", "dataset_sha256", "processes", "strategy", "packed")) {
      if (!now.path(it).equals(then.path(it))) {
        differences.add(it + ": " + now.path(it) + ", not " + then.path(it));
      }
    }
    if (!now.path("settings").equals(then.path("settings"))) {
      differences.addAll(settings.differences(TrainingSettings.read(then.path("settings"))));
    }
    if (!differences.isEmpty()) {
      throw TrainingError.RUN_DIFFERS.because(
          output
              + " was begun otherwise ("
              + String.join("; ", differences)
              + "): go on as it was begun, or choose another folder");
    }
  }
}
