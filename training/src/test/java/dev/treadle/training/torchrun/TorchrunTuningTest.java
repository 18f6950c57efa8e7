package dev.treadle.training.torchrun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.training.TrainingError;
import dev.treadle.training.adapter.Adapter;
import dev.treadle.training.finetune.TrainingProgress;
import dev.treadle.training.finetune.TrainingRequest;
import dev.treadle.training.finetune.TrainingResult;
import dev.treadle.training.report.LogEntry;
import dev.treadle.training.report.TrainingLog;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What becomes of processes, with a program that takes torchrun's place. */
final class TorchrunTuningTest {
  private static final String TWO_STEPS =
      SmallRun.settings(2).replace("\"num_epochs\": 3", "\"max_steps\": 2");
  private static final String TRAINS = "step 1 3.0; step 2 2.5; keep 2 good; over 2";
  private static final TrainingProgress QUIET = (_, _) -> {};

  @TempDir private Path folder;

  @SuppressWarnings("NullAway.Init")
  private StandIn standIn;

  @BeforeEach
  void prepare() {
    standIn = new StandIn(folder);
    standIn.adapter("good", request(false), 0.25f, 0);
  }

  private Path output() {
    return folder.resolve("out");
  }

  private TrainingRequest request(boolean resumes) {
    return SmallRun.request("qwen3", output(), TWO_STEPS, resumes);
  }

  private TorchrunTuning tuning(String script) throws IOException {
    return tuning(script, request(false), QUIET);
  }

  private TorchrunTuning tuning(String script, TrainingRequest request, TrainingProgress progress)
      throws IOException {
    String python = standIn.does(StandIn.ALL, script);
    return new TorchrunTuning(
        request, SmallRun.torchrun(Strategy.DDP, python, 2), environment(), progress);
  }

  private static Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", System.getenv("PATH"));
    environment.put("NCCL_DEBUG", "INFO");
    environment.put("OPENAI_API_KEY", "sk-secret");
    environment.put("HF_TOKEN", "hf_secret");
    return environment;
  }

  private AbstractThrowableAssert<?, ?> failing(String script) throws IOException {
    TorchrunTuning tuning = tuning(script);
    return assertThatThrownBy(tuning::run).isInstanceOf(TreadleException.class);
  }

  @Test
  void readsProgressAndBringsTheAdapterHome() throws IOException {
    TrainingResult result = tuning(TRAINS).run();

    assertThat(result.steps()).isEqualTo(2);
    assertThat(result.firstLoss()).contains(3.0);
    assertThat(result.lastLoss()).contains(2.5);
    assertThat(result.reason()).isEqualTo("done");
    assertThat(output()).isDirectoryContaining("glob:**/{loss.png,report.html}");
    try (Adapter adapter = Adapter.open(output().resolve("final_model"))) {
      assertThat(adapter.pairs()).isNotEmpty();
    }
    assertThat(kinds()).containsExactly("Start", "Step", "Step", "Checkpoint", "End");
  }

  private List<String> kinds() {
    return TrainingLog.read(output().resolve(TrainingLog.NAME)).stream()
        .map(it -> it.getClass().getSimpleName())
        .toList();
  }

  @Test
  void startsTorchrunWithTheFilesBesideTheScript() throws IOException {
    tuning(TRAINS).run();

    Path files = output().resolve("torchrun");
    assertThat(standIn.words().strip())
        .isEqualTo(
            "-m torch.distributed.run --standalone --nproc-per-node=2 --max-restarts=0 "
                + files.resolve("treadle_torchrun.py")
                + " "
                + files.resolve("settings.json"));
    assertThat(files.resolve("run.sh")).isExecutable();
    JsonNode settings = Json.read(Files.readString(files.resolve("settings.json")));
    assertThat(settings.path("processes").intValue()).isEqualTo(2);
    assertThat(settings.path("steps").intValue()).isEqualTo(2);
    assertThat(settings.path("lora").path("r").intValue()).isEqualTo(4);
    assertThat(settings.path("first_values").size()).isEqualTo(14);
  }

  @Test
  void passesNoSecretsOn() throws IOException {
    tuning(TRAINS).run();

    assertThat(standIn.environment())
        .contains("NCCL_DEBUG=INFO", "HF_HUB_OFFLINE=1")
        .doesNotContain("secret");
  }

  @Test
  void writesAllAndStartsNothing() throws IOException {
    List<String> command = tuning("exit 1").write();

    assertThat(command).contains("--nproc-per-node=2");
    assertThat(folder.resolve("words")).doesNotExist();
    assertThat(output().resolve("torchrun/train.safetensors")).exists();
    assertThat(output().resolve("log.jsonl")).doesNotExist();
  }

  @Test
  void takesOverWhatWasTrainedByHand() throws IOException {
    tuning(TRAINS).run();
    try (var files = Files.walk(output().resolve("final_model"))) {
      for (Path it : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(it);
      }
    }
    Files.delete(output().resolve("log.jsonl"));
    Files.delete(folder.resolve("words"));

    TrainingResult result = tuning("exit 1", request(true), QUIET).run();

    assertThat(folder.resolve("words")).doesNotExist();
    assertThat(result.lastLoss()).contains(2.5);
    assertThat(kinds()).containsExactly("Start", "Step", "Step", "Checkpoint", "Resume", "End");
    assertThat(output().resolve("final_model/adapter_model.safetensors")).exists();
  }

  @Test
  void goesOnAtTheLastWholeCheckpoint() throws IOException {
    failing("step 1 3.0; keep 1 good; step 2 9.0; mkdir ../checkpoint-2; exit 1");

    tuning("step 2 2.5; keep 2 good; over 2", request(true), QUIET).run();

    assertThat(standIn.words().strip()).endsWith("--resume-from checkpoint-1");
    List<LogEntry.Step> steps = TorchrunBench.entries(output(), LogEntry.Step.class);
    assertThat(steps).extracting(LogEntry.Step::loss).containsExactly(3.0, 2.5);
  }

  @Test
  void refusesToGoOnOtherwiseThanItBegan() throws IOException {
    failing("step 1 3.0; keep 1 good; exit 1");
    TrainingRequest other =
        SmallRun.request("qwen3", output(), TWO_STEPS.replace("0.02", "0.03"), true);

    assertThatThrownBy(tuning(TRAINS, other, QUIET)::run)
        .hasMessageContaining("learning_rate")
        .extracting("code")
        .isEqualTo(TrainingError.RUN_DIFFERS);
  }

  @Test
  void refusesToGoOnWithFsdp() throws IOException {
    String python = standIn.does(StandIn.ALL, "step 1 3.0; keep 1 good; exit 1");
    Torchrun torchrun = SmallRun.torchrun(Strategy.FSDP, python, 2);
    assertThatThrownBy(new TorchrunTuning(request(false), torchrun, environment(), QUIET)::run)
        .hasMessageContaining("ended with 1");

    assertThatThrownBy(new TorchrunTuning(request(true), torchrun, environment(), QUIET)::run)
        .hasMessageContaining("cannot go on");
  }

  @Test
  void saysWhyAProcessFailed() throws IOException {
    failing(
            "step 1 3.0; say '{\"type\":\"failure\",\"step\":0,\"rank\":1,\"message\":\"ValueError: no\"}'; exit 1")
        .hasMessageContaining("torchrun ended with 1 (process 1: ValueError: no)")
        .hasMessageContaining("output.txt");
    assertThat(output().resolve("loss.png")).exists();
  }

  @Test
  void saysThatMemoryRanOut() throws IOException {
    failing(
            "say '{\"type\":\"failure\",\"step\":0,\"rank\":0,\"message\":\"OutOfMemoryError: CUDA out of memory.\"}'; exit 1")
        .hasMessageContaining("--strategy")
        .extracting("code")
        .isEqualTo(TrainingError.MEMORY_SHORT);
  }

  @Test
  void showsTheLastLinesOfAProcessThatSaidNoMore() throws IOException {
    failing("echo first; echo 'Address already in use'; exit 3")
        .hasMessageContaining("torchrun ended with 3 (first | Address already in use)");
  }

  @Test
  void namesTheSignalOfAKilledOne() throws IOException {
    failing("step 1 3.0; kill -9 $$").hasMessageContaining("ended by signal 9");
  }

  @Test
  void anEarlyEndIsNoSuccess() throws IOException {
    failing("step 1 3.0").hasMessageContaining("before the last step");
  }

  @Test
  void refusesProgressThatIsNone() throws IOException {
    failing("say nonsense; sleep 60").extracting("code").isEqualTo(TrainingError.LOG_DAMAGED);
  }

  @Test
  void stopEndsAllThatWasStarted() throws Exception {
    CountDownLatch hasBegun = new CountDownLatch(1);
    TorchrunTuning tuning =
        tuning(
            "sleep 600 & echo $! $$ >\"$place/pids\"; step 1 3.0; wait",
            request(false),
            (entry, _) -> {
              if (entry instanceof LogEntry.Step) {
                hasBegun.countDown();
              }
            });
    CompletableFuture<TrainingResult> run = CompletableFuture.supplyAsync(tuning::run);
    assertThat(hasBegun.await(60, TimeUnit.SECONDS)).isTrue();

    tuning.stop();

    assertThatThrownBy(run::join)
        .isInstanceOf(CompletionException.class)
        .hasMessageContaining("--resume");
    for (String pid : Files.readString(folder.resolve("pids")).strip().split(" ", -1)) {
      assertThat(ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive)).isEmpty();
    }
  }

  @Test
  void refusesAnAdapterThatWasNotGathered() throws IOException {
    standIn.adapter("part", request(false), 0.25f, 3);
    failing("step 1 3.0; keep 2 part; over 2").hasMessageContaining("not gathered");
    assertThat(output().resolve("final_model")).doesNotExist();
  }

  @Test
  void refusesAnAdapterThatChangesNothing() throws IOException {
    standIn.adapter("zero", request(false), 0, 0);
    failing("step 1 3.0; keep 2 zero; over 2").hasMessageContaining("changes nothing");
  }

  @Test
  void refusesAnAdapterOfNoNumbers() throws IOException {
    standIn.adapter("none", request(false), Float.NaN, 0);
    failing("step 1 3.0; keep 2 none; over 2")
        .extracting("code")
        .isEqualTo(TrainingError.NOT_FINITE);
  }

  @Test
  void saysWhatIsToBeInstalled() throws IOException {
    String python =
        standIn.does(
            StandIn.ALL.replace("\"peft\":\"0.17.0\"", "\"peft\":null").replace("4.57.1", "4.50.0"),
            TRAINS);
    TorchrunTuning tuning =
        new TorchrunTuning(
            request(false), SmallRun.torchrun(Strategy.DDP, python, 2), environment(), QUIET);

    assertThatThrownBy(tuning::run)
        .hasMessageContaining("transformers >= 4.56.2 (4.50.0 is there), peft (not there)")
        .hasMessageContaining("-m pip install -U")
        .extracting("code")
        .isEqualTo(TrainingError.PYTHON_UNFIT);
    assertThat(output()).doesNotExist();
  }

  @Test
  void saysThatThereIsNoPython() {
    Torchrun nowhere = SmallRun.torchrun(Strategy.DDP, folder.resolve("none").toString(), 2);

    assertThatThrownBy(new TorchrunTuning(request(false), nowhere, environment(), QUIET)::run)
        .hasMessageContaining("--python or TREADLE_PYTHON");
  }

  @Test
  void findsPythonByVariableAndPath() throws IOException {
    String python = standIn.does(StandIn.ALL, TRAINS);
    Path named = Files.createDirectories(folder.resolve("bin")).resolve("python3");
    Files.copy(Path.of(python), named, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);

    assertThat(Python.find(Optional.empty(), Map.of("TREADLE_PYTHON", python))).isEqualTo(python);
    assertThat(Python.find(Optional.empty(), Map.of("PATH", "/none:" + folder.resolve("bin"))))
        .isEqualTo(named.toString());
    assertThatThrownBy(() -> Python.find(Optional.empty(), Map.of("PATH", "/none")))
        .hasMessageContaining("no python3 or python on the path");
  }

  @Test
  void comparesVersionsByNumbers() {
    assertThat(Python.isBelow("4.9.0", "4.56.2")).isTrue();
    assertThat(Python.isBelow("4.56.2", "4.56.2")).isFalse();
    assertThat(Python.isBelow("2.13.0+cpu", "2.4")).isFalse();
    assertThat(Python.isBelow("5.0.0.dev0", "4.56.2")).isFalse();
  }
}
