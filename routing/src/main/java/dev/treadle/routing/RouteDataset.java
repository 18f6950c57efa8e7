package dev.treadle.routing;

import dev.treadle.measure.score.BestAnswer;
import dev.treadle.measure.text.TextClassifier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Labelled texts for a classifier, made of comparisons: each question with the category of the
 * model that answered it best.
 *
 * @param leftOut how many comparisons gave no line, by the reason
 */
public record RouteDataset(List<Line> lines, Map<BestAnswer.None, Integer> leftOut) {
  /**
   * A question and where it belongs.
   *
   * @param model who answered best
   */
  public record Line(String text, String label, String model, double score) {
    /** As a classifier's training takes it. */
    public String json() {
      return new TextClassifier.Labelled(text, label).json().toString();
    }
  }

  /**
   * How comparisons become lines.
   *
   * @param minimumScore that the best answer must have
   * @param tie scores no farther apart than this are equal
   * @param categories of models
   * @param otherwise the category of a model that has none
   */
  public record Settings(
      double minimumScore, double tie, Map<String, String> categories, String otherwise) {
    public Settings {
      categories = Map.copyOf(categories);
      if (!(minimumScore >= 0 && minimumScore <= 1) || !(tie >= 0 && tie <= 1)) {
        throw new IllegalArgumentException(
            "scores and their differences are from 0 to 1: " + minimumScore + ", " + tie);
      }
    }

    private String category(String model) {
      return categories.getOrDefault(model, otherwise);
    }
  }

  public RouteDataset {
    lines = List.copyOf(lines);
    leftOut = Map.copyOf(leftOut);
  }

  /** Makes it, in the order of the comparisons. */
  public static RouteDataset of(List<LearnedRouter.Observation> comparisons, Settings settings) {
    List<Line> lines = new ArrayList<>();
    Map<BestAnswer.None, Integer> leftOut = new LinkedHashMap<>();
    for (LearnedRouter.Observation it : comparisons) {
      switch (BestAnswer.among(
          it.scores(), settings::category, settings.minimumScore(), settings.tie())) {
        case BestAnswer.Of best ->
            lines.add(new Line(it.request().text(), best.label(), best.model(), best.score()));
        case BestAnswer.None reason -> leftOut.merge(reason, 1, Integer::sum);
      }
    }
    return new RouteDataset(lines, leftOut);
  }

  /**
   * What the lines are like.
   *
   * @param labels how many lines each has, the most frequent first
   * @param meanByLabel the mean score, in the labels' order
   */
  public record Quality(
      Map<String, Integer> labels,
      double mean,
      double least,
      double most,
      Map<String, Double> meanByLabel) {}

  /** What the lines are like; of none, nothing. */
  public Quality quality() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    Map<String, Double> sums = new LinkedHashMap<>();
    for (Line it : lines) {
      counts.merge(it.label(), 1, Integer::sum);
      sums.merge(it.label(), it.score(), Double::sum);
    }
    Map<String, Integer> labels = new LinkedHashMap<>();
    Map<String, Double> means = new LinkedHashMap<>();
    counts.entrySet().stream()
        .sorted(Comparator.comparingInt((Map.Entry<String, Integer> it) -> -it.getValue()))
        .forEach(
            it -> {
              labels.put(it.getKey(), it.getValue());
              means.put(it.getKey(), sums.getOrDefault(it.getKey(), 0.0) / it.getValue());
            });
    return new Quality(
        labels,
        lines.stream().mapToDouble(Line::score).average().orElse(0),
        lines.stream().mapToDouble(Line::score).min().orElse(0),
        lines.stream().mapToDouble(Line::score).max().orElse(0),
        means);
  }

  /** For people: labels, scores, and what was left out. */
  public String report() {
    Quality quality = quality();
    StringBuilder out = new StringBuilder();
    String bar = "=".repeat(80) + "\n";
    out.append(bar).append("Data Quality Analysis\n").append(bar).append("\nLabel Distribution:\n");
    quality.labels().forEach((label, count) -> out.append(line(label, Integer.toString(count))));
    out.append("\nScore Statistics:\n")
        .append(line("Mean", number(quality.mean())))
        .append(line("Min", number(quality.least())))
        .append(line("Max", number(quality.most())))
        .append("\nAverage Score by Category:\n");
    quality.meanByLabel().forEach((label, mean) -> out.append(line(label, number(mean))));
    out.append("\nLeft out:\n");
    for (BestAnswer.None it : BestAnswer.None.values()) {
      String name = it.name().toLowerCase(Locale.ROOT).replace('_', ' ');
      out.append(line(name, Integer.toString(leftOut.getOrDefault(it, 0))));
    }
    return out.toString();
  }

  private static String line(String name, String value) {
    return "  " + name + ": " + value + "\n";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
