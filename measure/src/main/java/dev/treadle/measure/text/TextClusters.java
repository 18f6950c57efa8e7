package dev.treadle.measure.text;

import dev.treadle.measure.MeasureError;
import dev.treadle.transcript.TreadleException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Groups of texts that share n-grams, found without labels: spherical k-means, begun as k-means++
 * does. It never changes, and any number of threads may ask it.
 */
public final class TextClusters {
  /** Clusters that may be asked for. */
  public static final int MOST_CLUSTERS = 1_000;

  private static final int ROUNDS = 25;

  private final GramIndex grams;
  private final LinearWeights centres;

  private TextClusters(GramIndex grams, LinearWeights centres) {
    this.grams = grams;
    this.centres = centres;
  }

  /** The cluster of a text, and how alike its centre is to it: the cosine, 0 to 1. */
  public record Nearest(int cluster, double similarity) {}

  /**
   * Finds so many clusters, or fewer where there are fewer different texts.
   *
   * @throws TreadleException if there is no text, or too many of anything
   */
  public static TextClusters train(List<String> texts, int clusters, long seed) {
    if (texts.isEmpty()
        || texts.size() > TextClassifier.MOST_EXAMPLES
        || clusters < 1
        || clusters > MOST_CLUSTERS) {
      throw MeasureError.TEXT_TRAINING_REFUSED.because(
          "1 to %d texts are parted into 1 to %d clusters, not %d into %d"
              .formatted(TextClassifier.MOST_EXAMPLES, MOST_CLUSTERS, texts.size(), clusters));
    }
    List<Grams> all = Grams.ofAll(texts);
    GramIndex index = GramIndex.of(all, TextClassifier.mostGrams(clusters));
    List<SparseVector> vectors = all.parallelStream().map(index::vector).toList();
    Centres centres = Centres.begun(vectors, index.size(), clusters, new SplittableRandom(seed));
    for (int round = 0; round < ROUNDS; round++) {
      Centres current = centres;
      int[] nearest =
          IntStream.range(0, vectors.size())
              .parallel()
              .map(i -> LinearWeights.highest(current.similarities(vectors.get(i))))
              .toArray();
      Centres moved = current.moved(vectors, nearest);
      if (moved.isSameAs(current)) {
        break;
      }
      centres = moved;
    }
    return new TextClusters(index, centres.rounded());
  }

  /** The number of the text's cluster, from 0. */
  public int cluster(String text) {
    return nearest(text).cluster();
  }

  /** How alike the text is to the centre of a cluster: 0 to 1. */
  public double similarity(String text, int cluster) {
    return Math.clamp(scores(text)[cluster], 0.0, 1.0);
  }

  public Nearest nearest(String text) {
    float[] scores = scores(text);
    int best = LinearWeights.highest(scores);
    return new Nearest(best, Math.clamp(scores[best], 0.0, 1.0));
  }

  private float[] scores(String text) {
    return centres.scores(grams.vector(Grams.of(text)));
  }

  public int clusters() {
    return centres.outputs();
  }

  /** The model as a file. */
  public byte[] save() {
    ModelFile.Writer out = new ModelFile.Writer(ModelFile.Kind.CLUSTERS);
    grams.write(out);
    centres.write(out);
    return out.toBytes();
  }

  /**
   * The model that {@link #save} wrote.
   *
   * @throws TreadleException if it is damaged, of another kind or of a version not known
   */
  public static TextClusters load(byte[] file) {
    ModelFile.Reader in = new ModelFile.Reader(file, ModelFile.Kind.CLUSTERS);
    GramIndex grams = GramIndex.read(in);
    LinearWeights centres = LinearWeights.read(in, grams.size());
    in.end();
    return new TextClusters(grams, centres);
  }
}
