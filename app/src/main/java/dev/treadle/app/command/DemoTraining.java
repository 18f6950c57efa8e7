package dev.treadle.app.command;

import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.Machine;
import dev.treadle.app.workspace.Workspace;
import dev.treadle.store.DatasetVersion;
import dev.treadle.store.Lake;
import dev.treadle.training.TrainingError;
import dev.treadle.training.making.ModelPlan;
import dev.treadle.training.model.Architecture;
import dev.treadle.training.settings.TrainingSettings;
import dev.treadle.transcript.Example;
import dev.treadle.transcript.ExampleCodec;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.TreadleException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import tools.jackson.databind.node.ObjectNode;

/**
 * The demo's last step: a small model is made of what was said in the dataset's split train, then
 * tuned on its answers, and both are judged by what was held out.
 */
final class DemoTraining {
  private static final String DATASET = "main";

  /** Few and small: the demo is to be over soon, also where two cores have other work. */
  private static final ModelPlan MODEL = new ModelPlan(Architecture.QWEN3, 128, 2, 1024, 1024, 42);

  private static final int STEPS = 50;

  private final Workspace workspace;
  private final Machine machine;

  /** What came of it; a reason where nothing could. */
  record Result(
      Optional<String> skipped,
      Optional<ModelMakeRun.Result> model,
      Optional<TrainResult> training) {}

  DemoTraining(Workspace workspace) {
    this.workspace = workspace;
    this.machine = workspace.machine();
  }

  Result run() {
    Path models = workspace.folder().resolve("models");
    DatasetVersion version;
    try (Lake lake = workspace.openReadOnly()) {
      version = DatasetReference.find(lake, DATASET);
    }
    Path texts = write(version, models.resolve("texts/said.jsonl"));
    int threads = Runtime.getRuntime().availableProcessors();
    try {
      ModelMakeRun.Result model =
          new ModelMakeRun(machine, MODEL, List.of(texts), models.resolve("tiny"), STEPS, threads)
              .run();
      TrainRun.Plan plan =
          new TrainRun.Plan(
              model.model(),
              new TrainSource.OfLake(version.reference()),
              List.of(
                  version.folder().resolve(DatasetVersion.Split.VAL.file()),
                  version.folder().resolve(DatasetVersion.Split.TEST.file())),
              models.resolve("tuned"),
              false,
              settings(),
              Optional.empty());
      TrainResult trained = new TrainRun(machine, plan).run(Optional.of(workspace));
      return new Result(Optional.empty(), Optional.of(model), Optional.of(trained));
    } catch (TreadleException e) {
      if (e.code() == TrainingError.ENGINE_ABSENT || e.code() == TrainingError.MEMORY_SHORT) {
        return new Result(
            Optional.of(String.valueOf(e.getMessage())), Optional.empty(), Optional.empty());
      }
      throw e;
    }
  }

  /** An adapter learns with far higher rates where the base knows as little as this one. */
  private static TrainingSettings settings() {
    ObjectNode tree = Json.object();
    tree.putObject("training")
        .put("learning_rate", 5e-3)
        .put("num_epochs", 2)
        .put("batch_size", 8)
        .put("gradient_accumulation_steps", 1)
        .put("max_length", 512)
        .put("gradient_checkpointing", false)
        .put("eval_strategy", "no")
        .put("save_strategy", "no");
    return TrainingSettings.read(tree);
  }

  /** What was said in the split train, one text a conversation; nothing of what is held out. */
  private static Path write(DatasetVersion version, Path file) {
    try {
      Files.createDirectories(file.resolveSibling("."));
      try (BufferedReader lines =
              new BufferedReader(
                  new InputStreamReader(
                      version.read(DatasetVersion.Split.TRAIN), StandardCharsets.UTF_8));
          BufferedWriter out = Files.newBufferedWriter(file)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          String text = text(ExampleCodec.decode(line.getBytes(StandardCharsets.UTF_8)));
          out.write(Json.object().put("text", text) + "\n");
        }
      }
      return file;
    } catch (IOException e) {
      throw AppError.WORKSPACE_UNUSABLE.because(file + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static String text(Example example) {
    StringJoiner text = new StringJoiner("\n\n");
    for (Message it : example.messages()) {
      text.add(it.content().plainText());
    }
    return text.toString();
  }

  static void print(PrintStream out, Result result) {
    result.skipped().ifPresent(reason -> out.println("left out: " + reason));
    result.model().ifPresent(it -> ModelMakeRun.print(out, it));
    result.training().ifPresent(it -> TrainText.print(out, it));
  }
}
