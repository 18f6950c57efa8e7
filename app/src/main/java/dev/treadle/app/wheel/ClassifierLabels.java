package dev.treadle.app.wheel;

import dev.treadle.measure.text.TextClassifier;
import dev.treadle.routing.TextLabels;
import java.util.Optional;

/** The labels of a classifier in this process. */
record ClassifierLabels(TextClassifier classifier, String version) implements TextLabels {
  @Override
  public Optional<Label> classify(String text) {
    TextClassifier.Prediction it = classifier.classify(text);
    return Optional.of(new Label(it.label(), it.confidence(), it.isInScope(), false));
  }
}
