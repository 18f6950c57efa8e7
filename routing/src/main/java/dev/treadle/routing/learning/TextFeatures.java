package dev.treadle.routing.learning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Makes a text the row of features that a router's regression weighs: its words and pairs of them,
 * how near it is to each of many topics, and waves at its form. Learned from texts alone; never
 * changes.
 */
public final class TextFeatures {
  private static final int MOST_WORDS = 1 << 18;
  private static final int MOST_WEIGHTS = 1 << 21;
  private static final int TOPICS = 128;
  private static final double TOPIC_SHARPNESS = 3;
  private static final int FORM_WAVES = 128;
  private static final double FORM_SHARPNESS = 0.5;

  /**
   * How much of a prediction topics may explain, and how much the form and the workload, words
   * being 1.
   */
  private static final double TOPIC_WEIGHT = 0.1;

  private static final double FORM_WEIGHT = 0.1;
  private static final double WORKLOAD_WEIGHT = 0.25;

  private final WordWeights words;
  private final Topics topics;
  private final TopicGroups groups;
  private final double topicScale;
  private final Form form;
  private final Waves waves;
  private final long seed;

  private TextFeatures(
      WordWeights words,
      Topics topics,
      TopicGroups groups,
      double topicScale,
      Form form,
      long seed) {
    this.words = words;
    this.topics = topics;
    this.groups = groups;
    this.topicScale = topicScale;
    this.form = form;
    this.waves = new Waves(Form.SIZE, FORM_WAVES, FORM_SHARPNESS / Form.SIZE, seed);
    this.seed = seed;
  }

  /**
   * A text, and what stands around it.
   *
   * @param promptCharacters of the whole prompt
   * @param tools how many there are to call
   */
  public record Asked(String text, int promptCharacters, int tools) {}

  /** What is known of a text. */
  public static final class Row {
    final SparseRow features;
    private final float[] place;
    private final double known;

    private Row(SparseRow features, float[] place, double known) {
      this.features = features;
      this.place = place;
      this.known = known;
    }

    /** How much of its words, from 0 to 1, is known at all. */
    public double known() {
      return known;
    }

    float[] place() {
      return place;
    }

    /**
     * The same with a feature for its workload.
     *
     * @param number of the workload, from 0
     */
    public Row in(int number, TextFeatures all) {
      int size = features.places().length;
      int[] places = Arrays.copyOf(features.places(), size + 1);
      float[] values = Arrays.copyOf(features.values(), size + 1);
      places[size] = all.size() + number;
      values[size] = (float) Math.sqrt(WORKLOAD_WEIGHT);
      return new Row(new SparseRow(places, values), place, known);
    }
  }

  /**
   * Learns which words there are, and what texts are about.
   *
   * @param outputs of the regression to come: with many of them, only the more frequent words count
   */
  public static TextFeatures of(List<Asked> texts, int outputs, long seed) {
    List<Words> counted = new ArrayList<>(texts.size());
    List<float[]> traits = new ArrayList<>(texts.size());
    for (Asked it : texts) {
      String text = Words.ends(it.text());
      counted.add(Words.of(text));
      traits.add(Form.traits(text, it.promptCharacters(), it.tools()));
    }
    Topics topics = Topics.of(counted, seed);
    List<float[]> places = counted.stream().map(topics::place).toList();
    TopicGroups groups = TopicGroups.ofPlaces(places, TOPICS, seed + 1);
    return new TextFeatures(
        WordWeights.of(counted, true, 1, Math.min(MOST_WORDS, MOST_WEIGHTS / outputs)),
        topics,
        groups,
        Math.sqrt(TOPIC_WEIGHT / groups.meanSquare(places, TOPIC_SHARPNESS)),
        Form.of(traits),
        seed + 2);
  }

  int size() {
    return words.size() + groups.groups() + FORM_WAVES;
  }

  /** The features of a text. */
  public Row row(Asked asked) {
    String text = Words.ends(asked.text());
    Words counted = Words.of(text);
    SparseRow known = words.row(counted, true);
    int sparse = known.places().length;
    int[] places = new int[sparse + groups.groups() + FORM_WAVES];
    float[] values = new float[places.length];
    System.arraycopy(known.places(), 0, places, 0, sparse);
    System.arraycopy(known.values(), 0, values, 0, sparse);
    for (int i = sparse; i < places.length; i++) {
      places[i] = words.size() + i - sparse;
    }
    float[] place = topics.place(counted);
    groups.put(place, TOPIC_SHARPNESS, topicScale, values, sparse);
    float[] traits = Form.traits(text, asked.promptCharacters(), asked.tools());
    waves.put(form.standardized(traits), FORM_WEIGHT, values, sparse + groups.groups());
    double square = 0;
    for (float it : known.values()) {
      square += it * it;
    }
    return new Row(new SparseRow(places, values), place, Math.min(1, square));
  }

  /** Writes all that {@link #read} needs. */
  public void write(LearningFile.Writer out) {
    out.integer((int) (seed >>> 32)).integer((int) seed);
    words.write(out);
    topics.write(out);
    groups.write(out);
    out.number(topicScale);
    form.write(out);
  }

  /** Reads what {@link #write} wrote. */
  public static TextFeatures read(LearningFile.Reader in) {
    long seed = ((long) in.integer() << 32) | (in.integer() & 0xFFFFFFFFL);
    return new TextFeatures(
        WordWeights.read(in),
        Topics.read(in),
        TopicGroups.read(in),
        in.number(),
        Form.read(in),
        seed);
  }
}
