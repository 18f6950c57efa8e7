package dev.treadle.measure.text;

import dev.treadle.measure.MeasureError;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells which of the labels it was trained with fits a text, how sure that is, and whether any of
 * them fits at all.
 *
 * <p>Multinomial logistic regression over hashed n-grams of words and characters ({@link Grams}),
 * in any language, without anything learnt before. It never changes, and any number of threads may
 * ask it. How sure it is and where the scope ends is fitted on texts that the model had not seen,
 * by cross-validation within the training examples.
 */
public final class TextClassifier {
  /** The label of examples that belong to none of the others. */
  public static final String OUT_OF_SCOPE = "oos";

  /** Examples that one may be trained on. */
  public static final int MOST_EXAMPLES = 100_000;

  /** Labels that one may tell apart. */
  public static final int MOST_LABELS = 5_000;

  /** Weights of a model at most: a byte each in its file. */
  private static final int MOST_WEIGHTS = 12 << 20;

  private static final int MOST_GRAMS = 1 << 17;

  private final List<String> labels;
  private final GramIndex grams;
  private final LinearWeights weights;
  private final Calibration calibration;
  private final String trainedOn;

  private TextClassifier(
      List<String> labels,
      GramIndex grams,
      LinearWeights weights,
      Calibration calibration,
      String trainedOn) {
    this.labels = labels;
    this.grams = grams;
    this.weights = weights;
    this.calibration = calibration;
    this.trainedOn = trainedOn;
  }

  /** A text and the label that is right for it; in files {@code {"text": …, "label": …}}. */
  public record Labelled(String text, String label) {
    /** What such an object says; nothing where either is missing. */
    public static Optional<Labelled> read(JsonNode json) {
      Labelled it = new Labelled(json.path("text").asString(""), json.path("label").asString(""));
      return it.text().isBlank() || it.label().isBlank() ? Optional.empty() : Optional.of(it);
    }

    public ObjectNode json() {
      return Json.object().put("text", text).put("label", label);
    }
  }

  /**
   * What fits a text.
   *
   * @param label the best label, also where the text is out of scope
   * @param confidence the probability, 0 to 1, that the label is right for a text in scope
   * @param inScope how much the text looks like any of the labels, 0 to 1; half is where the scope
   *     ends
   */
  public record Prediction(String label, double confidence, double inScope, boolean isInScope) {}

  /**
   * How training is done.
   *
   * @param visits how many examples are looked at, each of them several times, at least 1
   * @param folds parts of the cross-validation, 2 to 20
   */
  public record Options(int visits, int folds) {
    public static final Options DEFAULT = new Options(300_000, 4);

    public Options {
      if (visits < 1 || folds < 2 || folds > 20) {
        throw MeasureError.TEXT_TRAINING_REFUSED.because(
            "visits must be at least 1 and folds 2 to 20: " + visits + ", " + folds);
      }
    }
  }

  /** A classifier of the examples' labels; the same for the same examples, order and seed. */
  public static TextClassifier train(List<Labelled> examples, long seed) {
    return train(examples, Options.DEFAULT, seed);
  }

  /**
   * A classifier of the examples' labels; the same for the same examples, order, options and seed.
   *
   * @throws TreadleException if there is no example with a label in scope, or too many of anything
   */
  public static TextClassifier train(List<Labelled> examples, Options options, long seed) {
    List<String> labels = labelsOf(examples);
    List<Grams> texts = Grams.ofAll(examples.stream().map(Labelled::text).toList());
    boolean hasOutside = examples.stream().anyMatch(it -> it.label().equals(OUT_OF_SCOPE));
    Scope scope = new Scope(labels.size(), hasOutside);
    int[] outputs =
        examples.stream()
            .mapToInt(it -> Collections.binarySearch(labels, it.label()))
            .map(it -> it < 0 ? labels.size() : it)
            .toArray();
    Training training = new Training(texts, outputs, scope, options, seed);
    Calibration calibration = training.calibrated();
    Training.Fitted fitted = training.all();
    return new TextClassifier(
        labels, fitted.grams(), fitted.weights(), calibration, fingerprint(examples));
  }

  private static List<String> labelsOf(List<Labelled> examples) {
    TreeSet<String> labels = new TreeSet<>();
    examples.forEach(it -> labels.add(it.label()));
    labels.remove(OUT_OF_SCOPE);
    if (labels.isEmpty() || labels.size() > MOST_LABELS || examples.size() > MOST_EXAMPLES) {
      throw MeasureError.TEXT_TRAINING_REFUSED.because(
          "a text classifier is trained on 1 to %d examples with 1 to %d labels besides %s, not on %d with %d"
              .formatted(MOST_EXAMPLES, MOST_LABELS, OUT_OF_SCOPE, examples.size(), labels.size()));
    }
    return List.copyOf(labels);
  }

  static int mostGrams(int outputs) {
    return Math.min(MOST_GRAMS, MOST_WEIGHTS / outputs);
  }

  /** What fits the text; of a long one only its two ends are looked at. */
  public Prediction classify(String text) {
    float[] scores = weights.scores(grams.vector(Grams.of(text)));
    Scope scope = scope();
    int best = scope.best(scores);
    double confidence = scope.confidence(scores, best, calibration.sharpness());
    double inScope = calibration.inScope(scope.familiarity(scores));
    return new Prediction(labels.get(best), confidence, inScope, inScope >= 0.5);
  }

  private Scope scope() {
    return new Scope(labels.size(), weights.outputs() > labels.size());
  }

  /** The labels that it may answer with, in the order of their names. */
  public List<String> labels() {
    return labels;
  }

  /** SHA-256 of the examples that it was trained on, in hexadecimal. */
  public String trainedOn() {
    return trainedOn;
  }

  /** What it came to on held-out parts of its training examples. */
  public Calibration calibration() {
    return calibration;
  }

  /** The model as a file. */
  public byte[] save() {
    ModelFile.Writer out = new ModelFile.Writer(ModelFile.Kind.CLASSIFIER);
    out.text(trainedOn).integer(labels.size());
    labels.forEach(out::text);
    calibration.write(out);
    grams.write(out);
    weights.write(out);
    return out.toBytes();
  }

  /**
   * The model that {@link #save} wrote.
   *
   * @throws TreadleException if it is damaged, of another kind or of a version not known
   */
  public static TextClassifier load(byte[] file) {
    ModelFile.Reader in = new ModelFile.Reader(file, ModelFile.Kind.CLASSIFIER);
    String trainedOn = in.text();
    String[] labels = new String[in.count(Integer.BYTES)];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = in.text();
    }
    Calibration calibration = Calibration.read(in);
    GramIndex grams = GramIndex.read(in);
    LinearWeights weights = LinearWeights.read(in, grams.size());
    in.check(
        labels.length > 0
            && (weights.outputs() == labels.length || weights.outputs() == labels.length + 1),
        "its labels do not fit its weights");
    in.end();
    return new TextClassifier(List.of(labels), grams, weights, calibration, trainedOn);
  }

  private static String fingerprint(List<Labelled> examples) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Labelled it : examples) {
        for (String part : List.of(it.label(), it.text())) {
          byte[] utf8 = part.getBytes(StandardCharsets.UTF_8);
          digest.update((utf8.length + ":").getBytes(StandardCharsets.UTF_8));
          digest.update(utf8);
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
