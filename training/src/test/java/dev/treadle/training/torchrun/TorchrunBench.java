package dev.treadle.training.torchrun;

import dev.treadle.training.adapter.Adapter;
import dev.treadle.training.finetune.FineTuning;
import dev.treadle.training.finetune.TrainingProgress;
import dev.treadle.training.finetune.TrainingRequest;
import dev.treadle.training.finetune.TrainingResult;
import dev.treadle.training.report.LogEntry;
import dev.treadle.training.report.TrainingLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;

/**
 * Trains the same with the own engine and with two processes of torchrun's, and compares: the loss
 * and the norm of the gradients of every step, the losses on what was held out, the adapters.
 * Arguments: a folder, Python, strategy and variant, and models.
 */
final class TorchrunBench {
  static final double BAR = 1e-4;
  private static final TrainingProgress QUIET = (_, _) -> {};

  private TorchrunBench() {}

  /** The largest differences of two runs. */
  record Difference(int steps, double loss, double norm, double validation, double rate) {
    boolean isAbove(double bar) {
      return !(loss <= bar && norm <= 10 * bar && validation <= bar && rate <= 1e-12);
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%d steps; largest difference of a step's loss %.2g, of a gradient norm %.2g, of a"
              + " validation loss %.2g",
          steps,
          loss,
          norm,
          validation);
    }
  }

  /**
   * What is compared.
   *
   * @param changes settings that are other than a small run's
   * @param bar in bfloat16 each program rounds in its own places
   */
  private record Variant(String name, String changes, boolean isKilled, double bar) {
    static Variant of(String name) {
      return switch (name) {
        case "plain" -> new Variant(name, "", false, BAR);
        case "killed" -> new Variant(name, "", true, BAR);
        case "recomputed" -> new Variant(name, "\"gradient_checkpointing\": true", false, BAR);
        case "full" -> new Variant(name, "\"method\": \"full\"", false, BAR);
        case "bf16" -> new Variant(name, "\"bf16\": true", false, 0.05);
        default -> throw new IllegalArgumentException(name);
      };
    }

    String settings(int batch) {
      String all = SmallRun.settings(batch);
      if (name.equals("full")) {
        all = all.replaceFirst("\"lora\": \\{[^}]*},", "").replace("0.02", "0.002");
      }
      return changes.isEmpty()
          ? all
          : all.replaceFirst("\"gradient_checkpointing\": false", changes);
    }
  }

  public static void main(String... arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    String[] what = arguments[2].split("-", 2);
    Strategy strategy = Strategy.valueOf(what[0].toUpperCase(Locale.ROOT));
    Variant variant = Variant.of(what.length == 1 ? "plain" : what[1]);
    boolean isGood = true;
    for (String model : List.of(arguments).subList(3, arguments.length)) {
      Path place = folder.resolve(arguments[2] + "-" + model);
      Difference it = compare(place, model, strategy, variant, arguments[1]);
      System.out.println(arguments[2] + ", " + model + ": " + it);
      isGood &= !it.isAbove(variant.bar());
    }
    if (!isGood) {
      System.err.println("above the bar of " + variant.bar());
      System.exit(1);
    }
  }

  static Difference compare(Path folder, String model, Strategy strategy, String python)
      throws Exception {
    return compare(folder, model, strategy, Variant.of("plain"), python);
  }

  private static Difference compare(
      Path folder, String model, Strategy strategy, Variant variant, String python)
      throws Exception {
    Files.createDirectories(folder);
    Path own = folder.resolve("own");
    Path other = folder.resolve("torchrun");
    new FineTuning(SmallRun.request(model, own, variant.settings(4), false), QUIET).run();
    Torchrun torchrun = SmallRun.torchrun(strategy, python, 2);
    if (variant.isKilled()) {
      kill(SmallRun.request(model, other, variant.settings(2), false), torchrun);
    }
    TrainingResult result =
        new TorchrunTuning(
                SmallRun.request(model, other, variant.settings(2), variant.isKilled()),
                torchrun,
                System.getenv(),
                QUIET)
            .run();
    if (variant.isKilled() && result.resumedAt().isEmpty()) {
      throw new IllegalStateException("it did not go on: " + result);
    }
    if (!variant.name().equals("full")) {
      sameModules(result.model(), own.resolve(FineTuning.FINAL_MODEL));
    }
    return difference(own, other);
  }

  /** Ends a run after its first checkpoint, a step or two later. */
  private static void kill(TrainingRequest request, Torchrun torchrun) throws Exception {
    CountDownLatch isFar = new CountDownLatch(1);
    TorchrunTuning tuning =
        new TorchrunTuning(
            request,
            torchrun,
            System.getenv(),
            (entry, _) -> {
              if (entry instanceof LogEntry.Step && entry.step() >= 5) {
                isFar.countDown();
              }
            });
    CompletableFuture<TrainingResult> run = CompletableFuture.supplyAsync(tuning::run);
    var _ = run.whenComplete((_, _) -> isFar.countDown());
    isFar.await();
    tuning.stop();
    try {
      run.join();
      throw new IllegalStateException("it was over before it was killed");
    } catch (CompletionException e) {
      System.out.println("killed: " + e.getMessage());
    }
  }

  private static void sameModules(Path made, Path own) {
    try (Adapter theirs = Adapter.open(made);
        Adapter ours = Adapter.open(own)) {
      if (!theirs.pairs().keySet().equals(ours.pairs().keySet())) {
        throw new IllegalStateException("the adapters are not of the same modules");
      }
    }
  }

  static Difference difference(Path own, Path other) {
    List<LogEntry.Step> steps = entries(own, LogEntry.Step.class);
    List<LogEntry.Step> others = entries(other, LogEntry.Step.class);
    List<LogEntry.Evaluation> judged = entries(own, LogEntry.Evaluation.class);
    List<LogEntry.Evaluation> othersJudged = entries(other, LogEntry.Evaluation.class);
    if (steps.size() != others.size() || judged.size() != othersJudged.size()) {
      throw new IllegalStateException("one run has more steps or evaluations than the other");
    }
    double loss = 0;
    double norm = 0;
    double rate = 0;
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).targetTokens() != others.get(i).targetTokens()
          || steps.get(i).tokens() != others.get(i).tokens()) {
        throw new IllegalStateException("step " + (i + 1) + " has other tokens");
      }
      loss = Math.max(loss, Math.abs(steps.get(i).loss() - others.get(i).loss()));
      norm = Math.max(norm, Math.abs(steps.get(i).gradNorm() - others.get(i).gradNorm()));
      rate = Math.max(rate, Math.abs(steps.get(i).learningRate() - others.get(i).learningRate()));
    }
    double validation = 0;
    for (int i = 0; i < judged.size(); i++) {
      validation =
          Math.max(validation, Math.abs(judged.get(i).loss() - othersJudged.get(i).loss()));
    }
    return new Difference(steps.size(), loss, norm, validation, rate);
  }

  static <E extends LogEntry> List<E> entries(Path output, Class<E> kind) {
    List<E> found = new ArrayList<>();
    for (LogEntry it : TrainingLog.read(output.resolve(TrainingLog.NAME))) {
      if (kind.isInstance(it)) {
        found.add(kind.cast(it));
      }
    }
    return found;
  }
}
