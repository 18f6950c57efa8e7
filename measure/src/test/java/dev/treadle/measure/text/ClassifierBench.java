package dev.treadle.measure.text;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import dev.treadle.measure.text.TextClassifier.Labelled;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Measures the classifier on CLINC150 (Larson et al., 2019): trained on its 15,000 examples and the
 * 100 out of scope, judged on the 4,500 and 1,000 of its test; run by {@code bench/clinc.sh}. Exits
 * 1 below the bars. With {@code val} as second argument it judges on the validation part instead:
 * what all choices were made by.
 */
final class ClassifierBench {
  private static final int SEEDS = 3;
  private static boolean isGood = true;

  private ClassifierBench() {}

  public static void main(String[] args) throws IOException {
    JsonNode file = Json.read(Files.readString(Path.of(args[0])));
    boolean isValidation = args.length > 1 && args[1].equals("val");
    List<Labelled> train = new ArrayList<>(read(file, "train"));
    train.addAll(read(file, "oos_train"));
    List<Labelled> inside = read(file, isValidation ? "val" : "test");
    List<Labelled> outside = read(file, isValidation ? "oos_val" : "oos_test");
    double[] means = new double[7];
    double cpuSeconds = 0;
    for (int seed = 1; seed <= SEEDS; seed++) {
      double cpuBefore = processSeconds();
      long start = System.nanoTime();
      TextClassifier trained = TextClassifier.train(train, seed);
      double seconds = (System.nanoTime() - start) / 1e9;
      cpuSeconds = processSeconds() - cpuBefore;
      byte[] saved = trained.save();
      double[] figures = judged(TextClassifier.load(saved), inside, outside);
      figures[5] = seconds;
      figures[6] = saved.length / 1e6;
      System.out.printf(
          Locale.ROOT,
          "seed %d: accuracy %.4f, AUROC %.4f, ECE %.4f, with abstention: in scope right %.4f, out of scope seen %.4f; %.1f s, %.1f MB; %s%n",
          seed,
          figures[0],
          figures[1],
          figures[2],
          figures[3],
          figures[4],
          figures[5],
          figures[6],
          trained.calibration());
      for (int i = 0; i < means.length; i++) {
        means[i] += figures[i] / SEEDS;
      }
      if (seed == SEEDS) {
        time(trained, inside);
      }
    }
    atLeast("in-scope accuracy", means[0], 0.925);
    atLeast("out-of-scope AUROC", means[1], 0.960);
    System.out.printf(Locale.ROOT, "expected calibration error %.4f%n", means[2]);
    System.out.printf(
        Locale.ROOT,
        "at the fitted threshold: in scope kept and right %.4f, out of scope seen %.4f%n",
        means[3],
        means[4]);
    atMost("training, s", means[5], 60);
    System.out.printf(Locale.ROOT, "of which on a processor, last seed: %.1f s%n", cpuSeconds);
    atMost("model file, MB", means[6], 20);
    cluster(train);
    System.exit(isGood ? 0 : 1);
  }

  private static double processSeconds() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime()
        / 1e9;
  }

  private static long allocated() {
    return ManagementFactory.getPlatformMXBean(ThreadMXBean.class).getCurrentThreadAllocatedBytes();
  }

  private static List<Labelled> read(JsonNode file, String part) {
    List<Labelled> examples = new ArrayList<>();
    for (JsonNode it : file.get(part)) {
      examples.add(new Labelled(it.get(0).asString(), it.get(1).asString()));
    }
    return examples;
  }

  private static double[] judged(
      TextClassifier classifier, List<Labelled> inside, List<Labelled> outside) {
    double[] in = new double[inside.size()];
    double[] gaps = new double[10];
    int right = 0;
    int keptAndRight = 0;
    for (int i = 0; i < in.length; i++) {
      TextClassifier.Prediction it = classifier.classify(inside.get(i).text());
      boolean isRight = it.label().equals(inside.get(i).label());
      in[i] = it.inScope();
      right += isRight ? 1 : 0;
      keptAndRight += isRight && it.isInScope() ? 1 : 0;
      gaps[Math.min(9, (int) (it.confidence() * 10))] += it.confidence() - (isRight ? 1 : 0);
    }
    double[] out =
        outside.stream().mapToDouble(it -> classifier.classify(it.text()).inScope()).toArray();
    double seen = Arrays.stream(out).filter(it -> it < 0.5).count();
    Arrays.sort(in);
    Arrays.sort(out);
    return new double[] {
      (double) right / in.length,
      Calibration.auroc(in, out),
      Arrays.stream(gaps).map(Math::abs).sum() / in.length,
      (double) keptAndRight / in.length,
      seen / out.length,
      0,
      0
    };
  }

  private static void time(TextClassifier classifier, List<Labelled> texts) {
    List<String> all = texts.stream().map(Labelled::text).toList();
    StringBuilder joined = new StringBuilder();
    List<String> longTexts = new ArrayList<>();
    for (String text : all) {
      joined.append(text).append(". ");
      if (joined.length() >= 2_000) {
        longTexts.add(joined.substring(0, 2_000));
        joined.setLength(0);
      }
    }
    atMost("decision p99, ms", percentile(classifier, all, 10), 0.2);
    System.out.printf(
        Locale.ROOT,
        "decision p99 of texts of 2,000 characters, ms: %.3f%n",
        percentile(classifier, longTexts, 40));
  }

  private static double percentile(TextClassifier classifier, List<String> texts, int rounds) {
    long[] nanos = new long[texts.size()];
    double sum = 0;
    long before = allocated();
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < nanos.length; i++) {
        long start = System.nanoTime();
        sum += classifier.classify(texts.get(i)).confidence();
        nanos[i] = System.nanoTime() - start;
      }
    }
    long bytes = (allocated() - before) / rounds / nanos.length;
    Arrays.sort(nanos);
    System.out.printf(
        Locale.ROOT,
        "decisions: median %.1f µs, p99 %.1f µs, %d bytes allocated each (mean confidence %.3f)%n",
        nanos[nanos.length / 2] / 1e3,
        nanos[nanos.length * 99 / 100] / 1e3,
        bytes,
        sum / rounds / nanos.length);
    return nanos[nanos.length * 99 / 100] / 1e6;
  }

  /** Purity: the share of texts that have the most frequent label of their cluster. */
  private static void cluster(List<Labelled> examples) {
    long start = System.nanoTime();
    TextClusters clusters =
        TextClusters.train(examples.stream().map(Labelled::text).toList(), 150, 1);
    double seconds = (System.nanoTime() - start) / 1e9;
    Map<Integer, Map<String, Integer>> counts = new HashMap<>();
    for (Labelled it : examples) {
      counts
          .computeIfAbsent(clusters.cluster(it.text()), ignored -> new HashMap<>())
          .merge(it.label(), 1, Integer::sum);
    }
    int most = counts.values().stream().mapToInt(it -> Collections.max(it.values())).sum();
    System.out.printf(
        Locale.ROOT,
        "150 clusters of the training texts: purity %.3f, %.1f s%n",
        (double) most / examples.size(),
        seconds);
  }

  private static void atLeast(String what, double figure, double bar) {
    print(what, figure, "at least", bar, figure >= bar);
  }

  private static void atMost(String what, double figure, double bar) {
    print(what, figure, "at most", bar, figure <= bar);
  }

  private static void print(String what, double figure, String how, double bar, boolean holds) {
    System.out.printf(
        Locale.ROOT,
        "%s: %.4f (bar: %s %s)%s%n",
        what,
        figure,
        how,
        bar,
        holds ? "" : " BELOW THE BAR");
    isGood &= holds;
  }
}
