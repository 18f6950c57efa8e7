package dev.treadle.app.learning;

import dev.treadle.app.learning.SourceFacts.Fact;
import dev.treadle.measure.statistics.Bootstrap;
import dev.treadle.measure.statistics.Interval;
import dev.treadle.measure.statistics.PairedGate;
import dev.treadle.measure.statistics.StudentT;
import dev.treadle.training.adapter.AdapterConfiguration;
import dev.treadle.training.adapter.Targets;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.safetensors.Weights;
import dev.treadle.training.settings.Decay;
import dev.treadle.training.settings.LearningRate;
import dev.treadle.training.settings.WarmUp;
import dev.treadle.training.template.ChatTemplate;
import dev.treadle.training.tensor.AdamW;
import dev.treadle.training.tensor.Arithmetic;
import dev.treadle.training.tensor.Libtorch;
import dev.treadle.training.tensor.Network;
import dev.treadle.training.tensor.NetworkOptions;
import dev.treadle.training.tensor.Tuned;
import dev.treadle.training.tokens.Batches;
import dev.treadle.training.tokens.Chat;
import dev.treadle.training.tokens.ChatEncoder;
import dev.treadle.training.tokens.ChatReader;
import dev.treadle.training.tokens.Encoded;
import dev.treadle.training.tokens.Packing;
import dev.treadle.training.tokens.Sequence;
import dev.treadle.training.tokens.Tokenizer;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether an adapter learns what it is told, and not only to sound like it (bench/learning.sh).
 *
 * <p>A small base is trained on a repository's sources. Then an adapter is trained on questions
 * about what they say and, as a control, two on the same questions with the answers permuted within
 * their kind: they see the same words, equally often, but nothing that is true. All are asked in
 * phrasings that none was trained on. An answer counts if each of its tokens, and the end of the
 * turn, is the likeliest after what comes before: then greedy decoding gives exactly this answer.
 */
public final class LearningBench {
  private static final int LARGEST_FILE = 2_500;
  private static final int FACTS_OF_A_KIND = 60;
  private static final int RANK = 16;
  private static final int BATCH = 16;

  private final Path base;
  private final ChatEncoder encoder;
  private final List<Fact> facts;
  private final int epochs;
  private final int threads;

  private LearningBench(Path base, Tokenizer tokenizer, List<Fact> facts, int epochs, int threads) {
    this.base = base;
    this.encoder =
        new ChatEncoder(
            tokenizer, ChatTemplate.read(base), Map.of(), LocalDateTime.of(2026, 1, 1, 0, 0));
    this.facts = facts;
    this.epochs = epochs;
    this.threads = threads;
  }

  /**
   * Arguments: the repository, a folder to work in, seeds, epochs of the base, epochs of an
   * adapter, threads.
   */
  public static void main(String[] arguments) throws IOException {
    Libtorch.load();
    Path work = Path.of(arguments[1]);
    int threads = Integer.parseInt(arguments[5]);
    List<Path> files = sources(Path.of(arguments[0]));
    List<Fact> facts = SourceFacts.of(files, FACTS_OF_A_KIND);
    TinyBase.Made made = TinyBase.make(work, files, Double.parseDouble(arguments[3]), 1, threads);
    System.out.printf(
        "base: %d files, %d tokens, %d steps, loss %.2f to %.2f%n",
        files.size(), made.tokens(), made.steps(), made.firstLoss(), made.lastLoss());
    Path base = work.resolve("base");
    try (Tokenizer tokenizer = Tokenizer.open(base)) {
      int epochs = Integer.parseInt(arguments[4]);
      LearningBench bench = new LearningBench(base, tokenizer, facts, epochs, threads);
      boolean isProven = bench.run(Integer.parseInt(arguments[2]));
      System.exit(isProven ? 0 : 1);
    }
  }

  /** Short files of all modules: a small model has room for few. */
  private static List<Path> sources(Path repository) throws IOException {
    try (Stream<Path> all = Files.walk(repository)) {
      return all.filter(it -> it.toString().endsWith(".java"))
          .filter(it -> it.toString().contains("/src/main/java/"))
          .filter(it -> !it.endsWith("package-info.java"))
          .filter(it -> it.toFile().length() <= LARGEST_FILE)
          .sorted()
          .toList();
    }
  }

  /** How right the answers of one adapter are, by fact, from 0 to 1. */
  private record Scores(Map<String, Double> heldOut, double trained) {
    double mean() {
      return heldOut.values().stream().mapToDouble(it -> it).average().orElse(0);
    }
  }

  private boolean run(int seeds) throws IOException {
    for (SourceFacts.Kind kind : SourceFacts.Kind.values()) {
      List<String> answers =
          facts.stream().filter(it -> it.kind() == kind).map(Fact::answer).toList();
      System.out.printf(
          "%s: %d facts, %d different answers%n",
          kind, answers.size(), answers.stream().distinct().count());
    }
    List<PairedGate.Pair> against = new ArrayList<>();
    List<PairedGate.Pair> controls = new ArrayList<>();
    double[] gains = new double[seeds];
    double[] differences = new double[seeds];
    for (int i = 0; i < seeds; i++) {
      Scores right = tuned(facts, i);
      Scores first = tuned(SourceFacts.permuted(facts, 2L * i + 1), i);
      Scores second = tuned(SourceFacts.permuted(facts, 2L * i + 2), i);
      for (Fact it : facts) {
        against.add(pair(first, right, it));
        controls.add(pair(first, second, it));
      }
      gains[i] = right.mean() - first.mean();
      differences[i] = second.mean() - first.mean();
      System.out.printf(
          "seed %d: right answers in held-out phrasings %.1f %%, permuted %.1f %% and %.1f %%;"
              + " own answers in trained phrasings %.1f %%, %.1f %%, %.1f %%%n",
          i,
          100 * right.mean(),
          100 * first.mean(),
          100 * second.mean(),
          100 * right.trained(),
          100 * first.trained(),
          100 * second.trained());
    }
    return isProven(against, controls, gains, differences);
  }

  private static PairedGate.Pair pair(Scores live, Scores candidate, Fact fact) {
    return new PairedGate.Pair(
        live.heldOut().getOrDefault(fact.key(), 0.0),
        candidate.heldOut().getOrDefault(fact.key(), 0.0),
        fact.key());
  }

  /** By facts with all their seeds as one, and by seeds: both must say so. */
  private static boolean isProven(
      List<PairedGate.Pair> against,
      List<PairedGate.Pair> controls,
      double[] gains,
      double[] differences) {
    Bootstrap bootstrap = Bootstrap.withSeed(1);
    Interval gain = bootstrap.pairedDifference(against);
    Interval gainBySeeds = StudentT.interval(gains);
    Interval difference = bootstrap.pairedDifference(controls);
    Interval differenceBySeeds = StudentT.interval(differences);
    print("right minus permuted", gain, gainBySeeds, "both above 0");
    print("permuted minus permuted", difference, differenceBySeeds, "both hold 0");
    return gain.low() > 0
        && gainBySeeds.low() > 0
        && difference.low() <= 0
        && difference.high() >= 0
        && differenceBySeeds.low() <= 0
        && differenceBySeeds.high() >= 0;
  }

  private static void print(String what, Interval byFacts, Interval bySeeds, String bar) {
    System.out.printf(
        "%s: %+.1f points, %+.1f to %+.1f by facts, %+.1f to %+.1f by seeds (bar: %s)%n",
        what,
        100 * byFacts.estimate(),
        100 * byFacts.low(),
        100 * byFacts.high(),
        100 * bySeeds.low(),
        100 * bySeeds.high(),
        bar);
  }

  /** Trains an adapter on what {@code taught} says and asks it what is true. */
  private Scores tuned(List<Fact> taught, long seed) throws IOException {
    List<Sequence> sequences = new ArrayList<>();
    for (Fact it : taught) {
      for (int i = 0; i < SourceFacts.TRAINED_PHRASINGS; i++) {
        sequences.add(sequence(it, i));
      }
    }
    Batches batches = new Batches(sequences, Packing.none(sequences), BATCH, 1, seed);
    int steps = epochs * batches.stepsPerEpoch();
    LearningRate rate = new LearningRate(3e-3, new WarmUp.Ratio(0.05), Decay.COSINE, 0);
    AdapterConfiguration adapter =
        AdapterConfiguration.of(RANK, 2.0 * RANK, new Targets.AllLinear());
    try (Weights weights = Weights.open(base);
        Network network =
            Network.open(
                ModelShape.read(base),
                weights,
                new Tuned.LowRank(adapter),
                NetworkOptions.of(Arithmetic.FLOAT32, seed, threads));
        AdamW optimizer = new AdamW(network.parameters(), AdamW.Settings.of(0.01))) {
      Batches.Cursor cursor = Batches.Cursor.START;
      for (int i = 0; i < steps; i++) {
        Batches.Step step = batches.step(cursor);
        TinyBase.learn(network, optimizer, step, rate.at(i, steps));
        cursor = step.next();
      }
      double own =
          taught.stream()
              .mapToDouble(it -> right(network, it, 0, SourceFacts.TRAINED_PHRASINGS))
              .average()
              .orElse(0);
      Map<String, Double> heldOut = new LinkedHashMap<>();
      for (Fact it : facts) {
        heldOut.put(
            it.key(),
            right(
                network,
                it,
                SourceFacts.TRAINED_PHRASINGS,
                SourceFacts.phrasings(it.kind()).size()));
      }
      return new Scores(heldOut, own);
    }
  }

  /** In how many of some phrasings the whole answer is the likeliest. */
  private double right(Network network, Fact fact, int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(it -> network.cost(List.of(sequence(fact, it))))
        .mapToInt(it -> it.hits() == it.targets() ? 1 : 0)
        .average()
        .orElse(0);
  }

  private Sequence sequence(Fact fact, int phrasing) {
    ObjectNode line = Json.object();
    line.putArray("messages")
        .add(Json.object().put("role", "user").put("content", fact.question(phrasing)))
        .add(Json.object().put("role", "assistant").put("content", fact.answer()));
    if (new ChatReader().read(line) instanceof Chat chat
        && encoder.encode(chat) instanceof Encoded.Sequences it
        && it.sequences().size() == 1) {
      return it.sequences().getFirst();
    }
    throw new IllegalStateException("no sequence of " + line);
  }
}
