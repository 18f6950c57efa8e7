package dev.treadle.app.learning;

import dev.treadle.app.learning.SourceFacts.Fact;
import dev.treadle.measure.statistics.Bootstrap;
import dev.treadle.measure.statistics.Interval;
import dev.treadle.measure.statistics.PairedGate;
import dev.treadle.measure.statistics.StudentT;
import dev.treadle.training.adapter.Adapter;
import dev.treadle.training.finetune.TrainingResult;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.safetensors.Weights;
import dev.treadle.training.settings.TooLong;
import dev.treadle.training.template.ChatTemplate;
import dev.treadle.training.tensor.Adapters;
import dev.treadle.training.tensor.Arithmetic;
import dev.treadle.training.tensor.Network;
import dev.treadle.training.tensor.NetworkOptions;
import dev.treadle.training.tensor.Tuned;
import dev.treadle.training.tokens.Chat;
import dev.treadle.training.tokens.ChatEncoder;
import dev.treadle.training.tokens.ChatReader;
import dev.treadle.training.tokens.Dataset;
import dev.treadle.training.tokens.DatasetReader;
import dev.treadle.training.tokens.Encoded;
import dev.treadle.training.tokens.LengthLimit;
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
  private static final int LENGTH = 256;
  private static final String SETTINGS =
      """
      {"lora": {"r": 16, "alpha": 32, "target_modules": "all-linear"},
       "training": {"batch_size": 16, "gradient_accumulation_steps": 1, "max_length": 256,
       "learning_rate": 3e-3, "warmup_ratio": 0.05, "seed": SEED, "bf16": false,
       "eval_strategy": "no", "save_strategy": "no", "num_epochs": EPOCHS}}
      """;

  private final Path work;
  private final Path base;
  private final ChatEncoder encoder;
  private final List<Fact> facts;
  private final String epochs;
  private final int threads;

  private LearningBench(
      Path work, Path base, Tokenizer tokenizer, List<Fact> facts, String epochs, int threads) {
    this.work = work;
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
    Path work = Path.of(arguments[1]);
    int threads = Integer.parseInt(arguments[5]);
    List<Path> files = sources(Path.of(arguments[0]));
    List<Fact> facts = SourceFacts.of(files, FACTS_OF_A_KIND);
    TrainingResult made = SourceModel.make(work, files, arguments[3], threads);
    System.out.printf(
        "base: %d files, %d steps, loss %.2f to %.2f in %.0f s%n",
        files.size(),
        made.steps(),
        made.firstLoss().orElseThrow(),
        made.lastLoss().orElseThrow(),
        made.seconds());
    try (Tokenizer tokenizer = Tokenizer.open(made.model())) {
      LearningBench bench =
          new LearningBench(work, made.model(), tokenizer, facts, arguments[4], threads);
      System.exit(bench.run(Integer.parseInt(arguments[2])) ? 0 : 1);
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
      Scores right = tuned(facts, "right-" + i, i);
      List<Fact> oneWay = SourceFacts.permuted(facts, 2L * i + 1);
      List<Fact> another = SourceFacts.permuted(facts, 2L * i + 2);
      Scores first = tuned(oneWay, "first-" + i, i);
      Scores second = tuned(another, "second-" + i, i);
      facts.forEach(it -> against.add(pair(first, right, it)));
      // Answers repeat, so a permutation leaves some facts true: of those a control knows the
      // truth.
      List<PairedGate.Pair> changed =
          facts.stream()
              .filter(it -> !oneWay.contains(it) && !another.contains(it))
              .map(it -> pair(first, second, it))
              .toList();
      controls.addAll(changed);
      gains[i] = right.mean() - first.mean();
      differences[i] =
          changed.stream().mapToDouble(it -> it.candidate() - it.live()).average().orElse(0);
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
    System.out.printf(
        "the controls are compared on the %d of %d answers that both were told wrongly%n",
        controls.size(), against.size());
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
  private Scores tuned(List<Fact> taught, String name, int seed) throws IOException {
    Path examples = work.resolve(name + ".jsonl");
    List<String> lines = new ArrayList<>();
    for (Fact it : taught) {
      for (int i = 0; i < SourceFacts.TRAINED_PHRASINGS; i++) {
        lines.add(line(it, i).toString());
      }
    }
    Files.write(examples, lines);
    Dataset dataset =
        new DatasetReader(new ChatReader(), encoder, new LengthLimit(LENGTH, TooLong.FAIL, 1 << 20))
            .read(List.of(examples));
    Path adapter =
        SourceModel.train(
                base,
                dataset,
                work.resolve(name),
                SETTINGS.replace("SEED", Integer.toString(seed)),
                epochs,
                threads)
            .model();
    return ask(adapter, taught);
  }

  /** One thread: a question is too short to share. */
  private Scores ask(Path folder, List<Fact> taught) {
    try (Weights weights = Weights.open(base);
        Adapter adapter = Adapter.open(folder);
        Network network =
            Network.open(
                ModelShape.read(base),
                weights,
                new Tuned.LowRank(adapter.configuration()),
                NetworkOptions.of(Arithmetic.FLOAT32, 1, 1))) {
      Adapters.load(adapter, network.parameters());
      double own = taught.stream().mapToDouble(it -> right(network, it, 0, 2)).average().orElse(0);
      Map<String, Double> heldOut = new LinkedHashMap<>();
      for (Fact it : facts) {
        int all = SourceFacts.phrasings(it.kind()).size();
        heldOut.put(it.key(), right(network, it, SourceFacts.TRAINED_PHRASINGS, all));
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
    ObjectNode line = line(fact, phrasing);
    if (new ChatReader().read(line) instanceof Chat chat
        && encoder.encode(chat) instanceof Encoded.Sequences it
        && it.sequences().size() == 1) {
      return it.sequences().getFirst();
    }
    throw new IllegalStateException("no sequence of " + line);
  }

  private static ObjectNode line(Fact fact, int phrasing) {
    ObjectNode line = Json.object();
    line.putArray("messages")
        .add(Json.object().put("role", "user").put("content", fact.question(phrasing)))
        .add(Json.object().put("role", "assistant").put("content", fact.answer()));
    return line;
  }
}
