package dev.treadle.routing;

import java.util.Optional;

/**
 * Says what a text is about: the classifier in this process, or one behind HTTP or gRPC.
 * Thread-safe.
 */
public interface TextLabels {
  /** Classifies; empty where that failed or took too long. Never throws. */
  Optional<Label> classify(String text);

  /** Changes whenever answers may: part of every key under which one is remembered. */
  String version();

  /**
   * What a text is about.
   *
   * @param category one of the labels that the classifier knows
   * @param confidence from 0 to 1
   * @param isInScope whether the text is of any category at all
   * @param isRemembered whether it was asked before
   */
  record Label(String category, double confidence, boolean isInScope, boolean isRemembered) {
    public Label {
      if (!(confidence >= 0 && confidence <= 1)) {
        throw new IllegalArgumentException("a confidence is from 0 to 1: " + confidence);
      }
    }

    Label remembered() {
      return new Label(category, confidence, isInScope, true);
    }
  }
}
