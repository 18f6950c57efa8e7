package dev.treadle.measure.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** The training of one classifier: on all examples, and on all but a part of them for each fold. */
final class Training {
  private static final int MOST_SWEEPS = 60;

  /** Multiplications of one training at most: long texts with many labels are swept less often. */
  private static final double MOST_WORK = 2e10;

  /** Scores of held-out texts that are kept at most. */
  private static final int MOST_SCORES = 4 << 20;

  /** With more grams than that, one fold is held in memory at a time. */
  private static final int MOST_AT_ONCE = 4_000_000;

  private static final int NOWHERE = -1;

  private final List<Grams> texts;
  private final int[] labels;
  private final Scope scope;
  private final TextClassifier.Options options;
  private final long seed;

  /**
   * @param labels the number of each text's label; that of the outputs' last for out of scope
   */
  Training(
      List<Grams> texts, int[] labels, Scope scope, TextClassifier.Options options, long seed) {
    this.texts = texts;
    this.labels = labels;
    this.scope = scope;
    this.options = options;
    this.seed = seed;
  }

  /** Grams and weights. */
  record Fitted(GramIndex grams, LinearWeights weights) {}

  /** Trains on every example. */
  Fitted all() {
    return trained(new int[texts.size()], NOWHERE);
  }

  /** Fits what scores mean to texts that were held out. */
  Calibration calibrated() {
    int[] folds = folds();
    int least = Math.max(1, texts.size() / Math.max(1, MOST_SCORES / scope.outputs()));
    long grams = texts.stream().mapToLong(Grams::size).sum();
    IntStream parts = IntStream.range(0, options.folds());
    List<HeldOut> heldOut =
        (grams > MOST_AT_ONCE ? parts : parts.parallel())
            .mapToObj(fold -> heldOut(folds, fold, least))
            .flatMap(List::stream)
            .toList();
    return Calibration.fitted(heldOut, scope);
  }

  /** The scores of every so manieth text of a fold. */
  private List<HeldOut> heldOut(int[] folds, int fold, int every) {
    Fitted fitted = trained(folds, fold);
    boolean[] isKnown = new boolean[scope.outputs()];
    for (int i = 0; i < labels.length; i++) {
      if (folds[i] != fold) {
        isKnown[labels[i]] = true;
      }
    }
    List<HeldOut> heldOut = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      // Nothing can be learnt about a label from where it was held out altogether.
      boolean isTold = isKnown[labels[i]] || !scope.isLabel(labels[i]);
      if (folds[i] == fold && isTold && i % every == 0) {
        SparseVector vector = fitted.grams().vector(texts.get(i));
        heldOut.add(new HeldOut(fitted.weights().scores(vector), labels[i]));
      }
    }
    return heldOut;
  }

  /**
   * The fold of each example: dealt out label by label, in a shuffled order, equal texts together.
   */
  private int[] folds() {
    int[] order = IntStream.range(0, texts.size()).toArray();
    Softmax.shuffle(order, new SplittableRandom(seed));
    int[] next = IntStream.range(0, scope.outputs()).map(it -> it % options.folds()).toArray();
    Map<Long, Integer> byText = new HashMap<>();
    int[] folds = new int[order.length];
    for (int i : order) {
      folds[i] =
          byText.computeIfAbsent(
              texts.get(i).fingerprint(), ignored -> next[labels[i]]++ % options.folds());
    }
    return folds;
  }

  private Fitted trained(int[] folds, int without) {
    int[] kept = IntStream.range(0, labels.length).filter(i -> folds[i] != without).toArray();
    List<Grams> grams = IntStream.of(kept).mapToObj(texts::get).toList();
    GramIndex index = GramIndex.of(grams, TextClassifier.mostGrams(scope.outputs()));
    List<SparseVector> vectors = grams.stream().map(index::vector).toList();
    int[] keptLabels = IntStream.of(kept).map(i -> labels[i]).toArray();
    float[] full =
        new Softmax(vectors, keptLabels, index.size(), scope.outputs(), seed)
            .train(sweeps(vectors));
    return new Fitted(index, LinearWeights.rounded(full, scope.outputs()));
  }

  private int sweeps(List<SparseVector> vectors) {
    double grams = vectors.stream().mapToInt(it -> it.rows().length).average().orElse(1);
    double visits = Math.min(options.visits(), MOST_WORK / (scope.outputs() * Math.max(1, grams)));
    return (int) Math.clamp(visits / texts.size(), 1, MOST_SWEEPS);
  }
}
