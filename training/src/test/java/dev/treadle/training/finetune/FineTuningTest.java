package dev.treadle.training.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.training.CountingDataset;
import dev.treadle.training.GoldenModels;
import dev.treadle.training.TrainingError;
import dev.treadle.training.adapter.Adapter;
import dev.treadle.training.report.LogEntry;
import dev.treadle.training.report.TrainingLog;
import dev.treadle.training.safetensors.Weights;
import dev.treadle.training.settings.TrainingSettings;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FineTuningTest {
  private static final String LORA =
      """
      {"lora": {"r": 4, "alpha": 8, "dropout": 0.1, "target_modules": "all-linear"},
       "training": {"batch_size": 3, "gradient_accumulation_steps": 2, "learning_rate": 0.01,
        "num_epochs": 3, "max_length": 32, "packing": true, "save_steps": 2, "eval_steps": 3,
        "save_total_limit": 2, "gradient_checkpointing": false}}
      """;

  private static final String LONGER =
      LORA.replace("\"num_epochs\": 3", "\"num_epochs\": 25")
          .replace("\"learning_rate\": 0.01", "\"learning_rate\": 0.03");

  private static final TrainingProgress QUIET = (_, _) -> {};

  @TempDir private Path folder;

  /** What a kill is to a run: it comes from nowhere. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private TrainingRequest request(String output, String settings, boolean resumes) {
    return request(output, settings, resumes, 2);
  }

  private TrainingRequest request(String output, String settings, boolean resumes, int threads) {
    return request(GoldenModels.folder("tuned/qwen3/base"), output, settings, resumes, threads);
  }

  private TrainingRequest request(
      Path base, String output, String settings, boolean resumes, int threads) {
    return new TrainingRequest(
        base,
        CountingDataset.of(40, 1),
        Optional.of(CountingDataset.of(10, 2)),
        "made up",
        folder.resolve(output),
        resumes,
        settings(settings),
        threads,
        8L << 30,
        () -> Instant.EPOCH,
        () -> 0);
  }

  private static TrainingSettings settings(String json) {
    return TrainingSettings.read(Json.read(json.getBytes(StandardCharsets.UTF_8)));
  }

  private TrainingResult run(String output, String settings, boolean resumes) {
    return new FineTuning(request(output, settings, resumes), QUIET).run();
  }

  private void killedAt(String output, String settings, int step) {
    FineTuning killed =
        new FineTuning(
            request(output, settings, true),
            (entry, _) -> {
              if (entry instanceof LogEntry.Step it && it.step() == step) {
                throw new Killed();
              }
            });
    assertThatThrownBy(killed::run).isInstanceOf(Killed.class);
  }

  @Test
  void learnsWhatThereIsToLearn() {
    TrainingResult result = run("out", LONGER, false);

    assertThat(result.reason()).isEqualTo("done");
    assertThat(result.validationLoss().orElseThrow())
        .isLessThan(result.baseLoss().orElseThrow() * 0.8);
    assertThat(folder.resolve("out")).isDirectoryContaining("glob:**/final_model");
    try (Adapter adapter = Adapter.open(result.model())) {
      assertThat(adapter.pairs()).hasSize(14);
    }
    for (String it : List.of("log.jsonl", "loss.png", "report.html")) {
      assertThat(folder.resolve("out").resolve(it)).isNotEmptyFile();
    }
  }

  @ParameterizedTest
  @Tag("slow")
  @ValueSource(ints = {1, 2, 3, 5})
  void aKilledRunEndsWithTheSameBytes(int step) throws IOException {
    TrainingResult whole = run("whole", LORA, false);
    killedAt("killed", LORA, step);

    TrainingResult resumed = run("killed", LORA, true);

    assertThat(bytes(resumed.model())).isEqualTo(bytes(whole.model()));
    assertThat(resumed.resumedAt())
        .isEqualTo(
            step < 3 ? Optional.empty() : Optional.of(step - step % 2 - (step % 2 == 0 ? 2 : 0)));
    assertThat(steps("killed")).isEqualTo(steps("whole"));
  }

  @Test
  @Tag("slow")
  void aRunThatIsKilledTwiceDoesToo() throws IOException {
    TrainingResult whole = run("whole", LORA, false);
    killedAt("killed", LORA, 3);
    killedAt("killed", LORA, 5);

    assertThat(bytes(run("killed", LORA, true).model())).isEqualTo(bytes(whole.model()));
  }

  /** Whatever memory there is when it goes on: other products would have other last bits. */
  @Test
  void aRunGoesOnWithMatricesAsItWasBegun() throws IOException {
    String prepacked = LORA.replace("\"packing\"", "\"prepack_weights\": true, \"packing\"");
    TrainingResult whole = run("whole", prepacked, false);
    killedAt("killed", prepacked, 5);

    assertThat(bytes(run("killed", prepacked, true).model())).isEqualTo(bytes(whole.model()));
    assertThat(Checkpoints.prepacks(folder.resolve("killed"))).hasValue(true);

    killedAt("automatic", LORA, 5);
    Path state = folder.resolve("automatic/checkpoint-4/trainer_state.json");
    Files.writeString(
        state, Files.readString(state).replace("\"prepacked\":false", "\"prepacked\":true"));
    run("automatic", LORA, true);

    assertThat(Checkpoints.prepacks(folder.resolve("automatic"))).hasValue(true);
  }

  private static String bytes(Path model) throws IOException {
    String name =
        Files.exists(model.resolve("model.safetensors"))
            ? "model.safetensors"
            : "adapter_model.safetensors";
    return Arrays.toString(Files.readAllBytes(model.resolve(name)));
  }

  /** The losses of all steps, as logged. */
  private List<String> steps(String output) {
    List<String> steps = new ArrayList<>();
    for (LogEntry it : TrainingLog.read(folder.resolve(output).resolve("log.jsonl"))) {
      if (it instanceof LogEntry.Step step) {
        steps.add(step.step() + " " + step.loss() + " " + step.gradNorm());
      } else if (it instanceof LogEntry.Evaluation evaluation) {
        steps.add(evaluation.step() + " evaluated " + evaluation.loss());
      }
    }
    return steps;
  }

  @Test
  @Tag("slow")
  void theSameSeedGivesTheSameBytesAndAnotherGivesOthers() throws IOException {
    String first = bytes(run("a", LORA, false).model());

    assertThat(bytes(run("b", LORA, false).model())).isEqualTo(first);
    String other = LORA.replace("\"batch_size\"", "\"seed\": 7, \"batch_size\"");
    assertThat(bytes(run("c", other, false).model())).isNotEqualTo(first);
  }

  @Test
  void keepsAsManyCheckpointsAsAsked() throws IOException {
    run("out", LORA, false);

    try (Stream<Path> entries = Files.list(folder.resolve("out"))) {
      assertThat(
              entries
                  .map(it -> it.getFileName().toString())
                  .filter(it -> it.startsWith("checkpoint-")))
          .hasSizeBetween(2, 3);
    }
  }

  @Test
  @Tag("slow")
  void trainsAllWeightsInBfloat16() throws IOException {
    String settings =
        """
        {"training": {"method": "full", "bf16": true, "batch_size": 4, "learning_rate": 0.003,
         "gradient_accumulation_steps": 1, "num_epochs": 2, "max_length": 32, "packing": true}}
        """;
    TrainingResult result = run("out", settings, false);

    assertThat(result.validationLoss().orElseThrow()).isLessThan(result.baseLoss().orElseThrow());
    try (Weights weights = Weights.open(result.model());
        Weights base = Weights.open(GoldenModels.folder("tuned/qwen3/base"))) {
      assertThat(weights.tensors().keySet()).isEqualTo(base.tensors().keySet());
    }
    assertThat(result.model().resolve("config.json")).isRegularFile();
  }

  @Test
  @Tag("slow")
  void trainsAnAdapterOverBytes() {
    TrainingResult result =
        run(
            "out",
            LONGER.replace("\"batch_size\"", "\"load_in_8bit\": true, \"batch_size\""),
            false);

    assertThat(result.validationLoss().orElseThrow())
        .isLessThan(result.baseLoss().orElseThrow() * 0.8);
  }

  @Test
  @Tag("slow")
  void endsWhenPatienceDoes() {
    String settings =
        LORA.replace("\"num_epochs\": 3", "\"num_epochs\": 30, \"early_stopping_patience\": 2")
            .replace("\"learning_rate\": 0.01", "\"learning_rate\": 0.3")
            .replace("\"save_steps\": 2", "\"save_steps\": 3, \"load_best_model_at_end\": true");
    TrainingResult result = run("out", settings, false);

    assertThat(result.reason()).isEqualTo("patience");
    assertThat(result.validationLoss().orElseThrow()).isLessThan(result.baseLoss().orElseThrow());
  }

  @Test
  void refusesToGoOnOtherwise() {
    killedAt("out", LORA, 3);

    for (String it :
        List.of(
            LORA.replace("0.01", "0.02"),
            LORA.replace("\"r\": 4", "\"r\": 8"),
            LORA.replace("\"num_epochs\": 3", "\"num_epochs\": 4"))) {
      refused(TrainingError.RUN_DIFFERS, request("out", it, true));
    }
    refused(TrainingError.RUN_DIFFERS, request("out", LORA, true, 1));
    refused(TrainingError.OUTPUT_EXISTS, request("out", LORA, false));
  }

  @Test
  void refusesWhatDoesNotFit() {
    TrainingRequest it = request("out", LORA, false);
    refused(
        TrainingError.MEMORY_SHORT,
        new TrainingRequest(
            it.base(),
            it.train(),
            it.validation(),
            it.dataset(),
            it.output(),
            false,
            it.settings(),
            2,
            1 << 20,
            it.clock(),
            it.nanos()));
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void saysWhenTheLossIsNoNumber() throws IOException {
    Path base = GoldenModels.copy("tuned/qwen3/base", folder.resolve("base"));
    byte[] weights = Files.readAllBytes(base.resolve("model.safetensors"));
    Arrays.fill(weights, weights.length - 48, weights.length, (byte) 0xff);
    Files.write(base.resolve("model.safetensors"), weights);

    refused(TrainingError.LOSS_NOT_FINITE, request(base, "out", LORA, false, 2));
    assertThat(folder.resolve("out/report.html")).isNotEmptyFile();
    assertThat(folder.resolve("out/final_model")).doesNotExist();
  }

  private static void refused(TrainingError expected, TrainingRequest request) {
    FineTuning tuning = new FineTuning(request, QUIET);
    assertThatThrownBy(tuning::run)
        .isInstanceOfSatisfying(
            TreadleException.class,
            it -> {
              assertThat(it.code()).isEqualTo(expected);
              assertThat(it.getMessage()).doesNotContain("\n");
            });
  }
}
