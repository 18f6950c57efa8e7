package dev.treadle.app.command;

import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.Folders;
import dev.treadle.app.workspace.Machine;
import dev.treadle.app.workspace.ProgressLine;
import dev.treadle.training.NewFolder;
import dev.treadle.training.finetune.FineTuning;
import dev.treadle.training.finetune.TrainingRequest;
import dev.treadle.training.finetune.TrainingResult;
import dev.treadle.training.making.ModelMaker;
import dev.treadle.training.making.ModelPlan;
import dev.treadle.training.settings.TooLong;
import dev.treadle.training.settings.TrainingSettings;
import dev.treadle.training.tokens.Dataset;
import dev.treadle.training.tokens.LengthLimit;
import dev.treadle.training.tokens.TextEncoder;
import dev.treadle.training.tokens.TextReader;
import dev.treadle.training.tokens.Tokenizer;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** Makes one small model and trains it on texts. */
final class ModelMakeRun {
  /** Rows of the training: short ones, for a model that learns what stands near. */
  private static final int ROW_TOKENS = 256;

  private final Machine machine;
  private final ModelPlan plan;
  private final List<Path> texts;
  private final Path output;
  private final int steps;
  private final int threads;

  /**
   * What was made.
   *
   * @param vocabulary how many tokens there are
   * @param parameters of the model; unknown where it was not trained
   * @param documents that it was made from
   * @param tokens in them
   * @param skipped how many documents were left out, by reason
   * @param firstLoss the mean of the first step's tokens
   * @param lastLoss of the last step's
   */
  record Result(
      Path model,
      String architecture,
      int vocabulary,
      Optional<Long> parameters,
      long documents,
      long tokens,
      Map<String, Long> skipped,
      int steps,
      Optional<Double> firstLoss,
      Optional<Double> lastLoss,
      double seconds) {}

  ModelMakeRun(
      Machine machine, ModelPlan plan, List<Path> texts, Path output, int steps, int threads) {
    if (steps < 0) {
      throw AppError.OPTION_INVALID.because("--steps is " + steps + ": it must be 0 or more");
    }
    this.machine = machine;
    this.plan = plan;
    this.texts = List.copyOf(texts);
    this.output = output;
    this.steps = steps;
    this.threads = threads;
  }

  Result run() {
    long began = machine.nanos().getAsLong();
    TrainingSettings settings = settings();
    List<Path> files = TextReader.files(texts);
    try (NewFolder folder = NewFolder.begin(output)) {
      Path work = folder.path().resolve("work");
      Path start = Files.createDirectories(work.resolve("start"));
      Dataset read = new ModelMaker(plan).make(files, start);
      Optional<TrainingResult> trained = Optional.empty();
      Dataset encoded = encoded(files, start);
      if (steps > 0) {
        trained = Optional.of(train(encoded, start, work.resolve("run"), settings));
      }
      moveAll(trained.map(TrainingResult::model).orElse(start), folder.path());
      Folders.delete(work);
      folder.finish();
      return result(read, encoded, trained, (machine.nanos().getAsLong() - began) / 1e9);
    } catch (IOException e) {
      throw AppError.WORKSPACE_UNUSABLE.because(
          output + " cannot be written: " + e.getMessage(), e);
    }
  }

  private Dataset encoded(List<Path> files, Path start) {
    try (Tokenizer tokenizer = Tokenizer.open(start)) {
      int row = Math.min(ROW_TOKENS, plan.context());
      return TextReader.read(
          files,
          new TextEncoder(tokenizer, row),
          LengthLimit.of(row, TooLong.CUT, Runtime.getRuntime().maxMemory()));
    }
  }

  /** All weights at once and from nothing: a higher rate than a model that knows something. */
  private TrainingSettings settings() {
    ObjectNode tree = Json.object();
    ObjectNode training = tree.putObject("training");
    training.put("method", "full").put("objective", "text").put("packing", true);
    training.put("max_length", Math.min(ROW_TOKENS, plan.context()));
    training.put("batch_size", 8).put("gradient_accumulation_steps", 1);
    training.put("learning_rate", 3e-3).put("warmup_ratio", 0.05).put("min_lr_rate", 0.1);
    training.put("weight_decay", 0.01).put("adam_beta2", 0.95);
    training.put("gradient_checkpointing", false).put("loss_chunk_size", 1024);
    training.put("max_steps", Math.max(1, steps)).put("seed", plan.seed()).put("threads", threads);
    training.put("eval_strategy", "no").put("save_strategy", "no");
    return TrainingSettings.read(tree);
  }

  private TrainingResult train(Dataset texts, Path start, Path folder, TrainingSettings settings) {
    try (ProgressLine line = new ProgressLine(machine)) {
      return new FineTuning(
              new TrainingRequest(
                  start,
                  texts,
                  Optional.empty(),
                  "texts",
                  folder,
                  false,
                  settings,
                  threads,
                  machine.availableMemory().get().orElse(Long.MAX_VALUE),
                  machine.clock(),
                  machine.nanos()),
              new TrainDisplay(line))
          .run();
    }
  }

  private static void moveAll(Path from, Path to) throws IOException {
    try (Stream<Path> entries = Files.list(from)) {
      for (Path it : entries.sorted().toList()) {
        Files.move(it, to.resolve(it.getFileName()));
      }
    }
  }

  private Result result(
      Dataset read, Dataset encoded, Optional<TrainingResult> trained, double seconds) {
    Map<String, Long> skipped = new TreeMap<>();
    read.skipped().forEach((reason, count) -> skipped.put(reason.code(), count));
    try (Tokenizer tokenizer = Tokenizer.open(output)) {
      return new Result(
          output,
          plan.architecture().wire(),
          tokenizer.size(),
          trained.map(TrainingResult::parameters),
          read.examples(),
          encoded.tokens(),
          skipped,
          steps,
          trained.flatMap(TrainingResult::firstLoss),
          trained.flatMap(TrainingResult::lastLoss),
          seconds);
    }
  }

  static void print(PrintStream out, Result it) {
    out.printf(Locale.ROOT, "Made %s in %s, %.1f s%n", it.architecture(), it.model(), it.seconds());
    it.parameters().ifPresent(count -> out.printf(Locale.ROOT, "  %,d parameters%n", count));
    out.printf(
        Locale.ROOT,
        "  %,d tokens in its vocabulary, learned from %,d documents (%,d tokens)%n",
        it.vocabulary(),
        it.documents(),
        it.tokens());
    it.skipped()
        .forEach((reason, count) -> out.printf(Locale.ROOT, "  left out: %,d %s%n", count, reason));
    if (it.firstLoss().isPresent() && it.lastLoss().isPresent()) {
      out.printf(
          Locale.ROOT,
          "  trained on them for %,d steps: loss %.3f at first, %.3f at last%n",
          it.steps(),
          it.firstLoss().get(),
          it.lastLoss().get());
    } else {
      out.println("  its weights are random: it was not trained");
    }
  }
}
