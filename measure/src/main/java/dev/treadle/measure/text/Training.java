package dev.treadle.measure.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** The training of one classifier: on all examples, and on all but a part of them for each fold. */
final class Training {
  private final List<Grams> texts;
  private final int[] labels;
  private final int outputs;
  private final TextClassifier.Options options;
  private final long seed;

  /**
   * @param labels the number of each text's label; -1 for out of scope
   */
  Training(
      List<Grams> texts, int[] labels, int outputs, TextClassifier.Options options, long seed) {
    this.texts = texts;
    this.labels = labels;
    this.outputs = outputs;
    this.options = options;
    this.seed = seed;
  }

  /** Grams and weights. */
  record Fitted(GramIndex grams, LinearWeights weights) {}

  /** Trains on every example. */
  Fitted all() {
    return trained(new int[texts.size()], -1);
  }

  /** Fits what scores mean to texts that were held out. */
  Calibration calibrated() {
    int[] folds = folds();
    List<Calibration.HeldOut> heldOut = new ArrayList<>();
    for (int fold = 0; fold < options.folds(); fold++) {
      Fitted fitted = trained(folds, fold);
      boolean[] isKnown = new boolean[outputs];
      for (int i = 0; i < labels.length; i++) {
        if (folds[i] != fold && labels[i] >= 0) {
          isKnown[labels[i]] = true;
        }
      }
      for (int i = 0; i < labels.length; i++) {
        // Nothing can be learnt about a label from where it was held out altogether.
        if (folds[i] == fold && (labels[i] < 0 || isKnown[labels[i]])) {
          heldOut.add(
              new Calibration.HeldOut(
                  fitted.weights().scores(fitted.grams().vector(texts.get(i))), labels[i]));
        }
      }
    }
    return Calibration.fitted(heldOut);
  }

  /**
   * The fold of each example: dealt out label by label, in a shuffled order, equal texts together.
   */
  private int[] folds() {
    int[] order = new int[texts.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    DualAscent.shuffle(order, new SplittableRandom(seed));
    int[] next = new int[outputs + 1];
    for (int label = 0; label < next.length; label++) {
      next[label] = label % options.folds();
    }
    Map<Long, Integer> byText = new HashMap<>();
    int[] folds = new int[order.length];
    for (int i : order) {
      folds[i] =
          byText.computeIfAbsent(
              texts.get(i).fingerprint(), ignored -> next[labels[i] + 1]++ % options.folds());
    }
    return folds;
  }

  private Fitted trained(int[] folds, int without) {
    List<Grams> kept = new ArrayList<>();
    int[] keptLabels = new int[labels.length];
    for (int i = 0; i < labels.length; i++) {
      if (folds[i] != without) {
        keptLabels[kept.size()] = labels[i];
        kept.add(texts.get(i));
      }
    }
    GramIndex index = GramIndex.of(kept, TextClassifier.mostGrams(outputs));
    List<SparseVector> vectors = kept.stream().map(index::vector).toList();
    float[] full =
        new DualAscent(vectors, index.size(), outputs, keptLabels, options.cost())
            .train(options.sweeps(), seed);
    return new Fitted(index, LinearWeights.rounded(full, outputs));
  }
}
