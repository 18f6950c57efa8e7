package dev.treadle.app.command;

import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.Machine;
import dev.treadle.app.workspace.TrainingFile;
import dev.treadle.training.settings.TrainingSettings;
import dev.treadle.transcript.Json;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** The options that say how to train: a file, and what is changed daily over what it says. */
final class TrainOptions {
  private static final String TRAINING = "training";
  private static final String OBJECTIVE = "objective";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "YAML with the sections lora and training; what it leaves out has its default.")
  private @Nullable Path file;

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      description =
          "lora (an adapter) or full (all weights); by default as the file says, or lora.")
  private @Nullable String method;

  @Option(
      names = "--num-epochs",
      paramLabel = "N",
      description = "How often every example is seen; need not be whole.")
  private @Nullable Double epochs;

  @Option(
      names = "--max-steps",
      paramLabel = "N",
      description = "The run's steps, whatever the epochs say.")
  private @Nullable Integer steps;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      description = "How far a step goes at most, such as 1e-4.")
  private @Nullable Double rate;

  @Option(
      names = "--lora-rank",
      paramLabel = "R",
      description = "The adapter's rank; its strength alpha/r stays as it was.")
  private @Nullable Integer rank;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that compute; by default as many as the machine has.")
  private @Nullable Integer threads;

  @Option(
      names = "--quick-test",
      description =
          "See in a minute whether all of it works: at most 10 steps on 64 examples; what it makes is no result.")
  private boolean quickTest;

  boolean isQuickTest() {
    return quickTest;
  }

  /**
   * What file and options say together.
   *
   * @param objective chat or text, as the kind of input asks for
   */
  TrainingSettings settings(Machine machine, String objective) {
    ObjectNode tree =
        file == null ? Json.object() : TrainingFile.read(machine.folder().resolve(file));
    if (!tree.path(TRAINING).isObject() && tree.path(TRAINING).isEmpty()) {
      tree.putObject(TRAINING);
    }
    if (tree.path(TRAINING) instanceof ObjectNode training) {
      String said = training.path(OBJECTIVE).asString(objective);
      if (!said.equals(objective)) {
        throw AppError.OPTION_INVALID.because(
            file
                + " says training.objective: "
                + said
                + ", and the input is "
                + (objective.equals("text") ? "plain text (--text)" : "conversations")
                + ": leave one of them out");
      }
      training.put(OBJECTIVE, objective);
      if (method != null) {
        training.put("method", method);
      }
    }
    TrainingSettings settings = changed(TrainingSettings.read(tree));
    return quickTest ? settings.quickTest() : settings;
  }

  private TrainingSettings changed(TrainingSettings settings) {
    ObjectNode tree = settings.toJson();
    ObjectNode training = tree.withObjectProperty(TRAINING);
    if (epochs != null) {
      training.put("num_epochs", epochs).put("max_steps", -1);
    }
    if (steps != null) {
      training.put("max_steps", steps);
    }
    if (rate != null) {
      training.put("learning_rate", rate);
    }
    if (threads != null) {
      training.put("threads", threads);
    }
    if (rank != null) {
      if (!(tree.path("lora") instanceof ObjectNode lora)) {
        throw AppError.OPTION_INVALID.because("--lora-rank: all weights are trained, no adapter");
      }
      double strength = lora.path("alpha").doubleValue() / lora.path("r").doubleValue();
      lora.put("r", rank).put("alpha", strength * rank);
    }
    return TrainingSettings.read(tree);
  }

  /** The same settings with rows of at most so many tokens. */
  static TrainingSettings within(TrainingSettings settings, long positions) {
    if (settings.rows().maxLength() <= positions) {
      return settings;
    }
    ObjectNode tree = settings.toJson();
    tree.withObjectProperty(TRAINING).put("max_length", positions);
    return TrainingSettings.read(tree);
  }
}
