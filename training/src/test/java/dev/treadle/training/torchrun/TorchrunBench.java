package dev.treadle.training.torchrun;

import dev.treadle.training.adapter.Adapter;
import dev.treadle.training.finetune.FineTuning;
import dev.treadle.training.finetune.TrainingProgress;
import dev.treadle.training.finetune.TrainingResult;
import dev.treadle.training.report.LogEntry;
import dev.treadle.training.report.TrainingLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Trains the same with the own engine and with two processes of torchrun's, and compares: the loss
 * and the norm of the gradients of every step, the losses on what was held out, the adapters.
 * Arguments: a folder, Python, strategy, and models.
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

  public static void main(String... arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Strategy strategy = Strategy.valueOf(arguments[2].toUpperCase(Locale.ROOT));
    boolean isGood = true;
    for (String model : List.of(arguments).subList(3, arguments.length)) {
      Path place = folder.resolve(strategy.wire() + "-" + model);
      Difference it = compare(place, model, strategy, arguments[1]);
      System.out.println(strategy.wire() + ", " + model + ": " + it);
      isGood &= !it.isAbove(BAR);
    }
    if (!isGood) {
      System.err.println("above the bar of " + BAR);
      System.exit(1);
    }
  }

  static Difference compare(Path folder, String model, Strategy strategy, String python)
      throws IOException {
    Files.createDirectories(folder);
    Path own = folder.resolve("own");
    Path other = folder.resolve("torchrun");
    new FineTuning(SmallRun.request(model, own, SmallRun.settings(4), false), QUIET).run();
    TrainingResult result =
        new TorchrunTuning(
                SmallRun.request(model, other, SmallRun.settings(2), false),
                SmallRun.torchrun(strategy, python, 2),
                System.getenv(),
                QUIET)
            .run();
    try (Adapter made = Adapter.open(result.model());
        Adapter ours = Adapter.open(own.resolve(FineTuning.FINAL_MODEL))) {
      if (!made.pairs().keySet().equals(ours.pairs().keySet())) {
        throw new IllegalStateException("the adapters are not of the same modules");
      }
    }
    return difference(own, other);
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
