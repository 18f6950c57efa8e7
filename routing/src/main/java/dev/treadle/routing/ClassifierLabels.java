package dev.treadle.routing;

import dev.treadle.measure.text.TextClassifier;
import java.util.Optional;

/** The labels of a classifier in this process. */
public record ClassifierLabels(TextClassifier classifier) implements TextLabels {
  @Override
  public Optional<Label> classify(String text) {
    TextClassifier.Prediction it = classifier.classify(text);
    return Optional.of(
        new Label(it.label(), Math.clamp(it.confidence(), 0, 1), it.isInScope(), false));
  }

  @Override
  public String version() {
    return classifier.trainedOn();
  }
}
