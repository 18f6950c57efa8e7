package dev.treadle.training.finetune;

import dev.treadle.training.JsonFile;
import dev.treadle.training.TrainingError;
import dev.treadle.training.tokens.Batches;
import dev.treadle.transcript.Json;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How far a run is: with the optimizer's state, all that its next step depends on.
 *
 * @param step how many steps are done
 * @param cursor where the next one begins
 * @param batches how many micro-batches were computed
 * @param best the least loss of an evaluation, and the step it was after
 * @param withoutGain how many evaluations there were since
 * @param seconds trained, without breaks
 */
record Standing(
    int step,
    Batches.Cursor cursor,
    long batches,
    Optional<Best> best,
    int withoutGain,
    double seconds) {
  private static final int MAX_BYTES = 1 << 20;

  static final Standing START = new Standing(0, Batches.Cursor.START, 0, Optional.empty(), 0, 0);

  /** The best evaluation. */
  record Best(int step, double loss) {}

  Standing stepped(Batches.Cursor next, int microBatches, double seconds) {
    return new Standing(step + 1, next, batches + microBatches, best, withoutGain, seconds);
  }

  Standing evaluated(double loss) {
    boolean isBest = best.isEmpty() || loss < best.get().loss();
    return new Standing(
        step,
        cursor,
        batches,
        isBest ? Optional.of(new Best(step, loss)) : best,
        isBest ? 0 : withoutGain + 1,
        seconds);
  }

  boolean isBest() {
    return best.isPresent() && best.get().step() == step;
  }

  ObjectNode json() {
    ObjectNode json = Json.object();
    json.put("step", step).put("epoch", cursor.epoch()).put("row", cursor.row());
    json.put("micro_batches", batches);
    best.ifPresent(it -> json.put("best_step", it.step()).put("best_loss", it.loss()));
    json.put("without_gain", withoutGain);
    json.put("seconds", seconds);
    return json;
  }

  static Standing of(JsonNode json) {
    return new Standing(
        json.path("step").intValue(),
        new Batches.Cursor(json.path("epoch").intValue(), json.path("row").intValue()),
        json.path("micro_batches").longValue(),
        json.has("best_step")
            ? Optional.of(
                new Best(json.path("best_step").intValue(), json.path("best_loss").doubleValue()))
            : Optional.empty(),
        json.path("without_gain").intValue(),
        json.path("seconds").doubleValue());
  }

  static JsonNode read(Path file) {
    return JsonFile.read(file, MAX_BYTES, TrainingError.CHECKPOINT_INVALID).root();
  }
}
