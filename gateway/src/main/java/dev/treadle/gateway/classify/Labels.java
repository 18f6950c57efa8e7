package dev.treadle.gateway.classify;

import dev.treadle.measure.text.TextClassifier;
import dev.treadle.routing.TextLabels;
import java.io.IOException;

/** Makes labels of what came over the wire. */
final class Labels {
  private static final int LONGEST = 200;

  private Labels() {}

  /**
   * A label, if it is one.
   *
   * @param confidence not a number where none came
   */
  static TextLabels.Label of(String category, double confidence) throws IOException {
    if (category.isBlank() || category.length() > LONGEST) {
      throw new IOException("the classifier named no category");
    }
    if (!(confidence >= 0 && confidence <= 1)) {
      throw new IOException("the classifier's confidence is not from 0 to 1: " + confidence);
    }
    boolean isInScope = !category.equals(TextClassifier.OUT_OF_SCOPE);
    return new TextLabels.Label(category, confidence, isInScope, false);
  }
}
