package dev.treadle.app.workspace;

import dev.treadle.gateway.evaluate.EvaluateSettings;
import dev.treadle.measure.score.GoldenSet;

/** Reads what {@code treadle.yaml} says under {@code evaluate}. */
final class EvaluateReader {
  private static final String SECTION = "evaluate.";

  private final Nodes root;

  EvaluateReader(Nodes root) {
    this.root = root;
  }

  EvaluateSettings settings() {
    EvaluateSettings usual = EvaluateSettings.DEFAULT;
    return new EvaluateSettings(
        root.text(SECTION + "judge"),
        root.truth(SECTION + "judge-swap", usual.swaps()),
        root.duration(SECTION + "timeout", usual.timeout()),
        root.text(SECTION + "references"),
        GoldenSet.EMPTY);
  }
}
