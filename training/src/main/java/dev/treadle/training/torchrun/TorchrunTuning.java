package dev.treadle.training.torchrun;

import dev.treadle.training.TrainingError;
import dev.treadle.training.finetune.FineTuning;
import dev.treadle.training.finetune.Hashes;
import dev.treadle.training.finetune.RunFolder;
import dev.treadle.training.finetune.TrainingProgress;
import dev.treadle.training.finetune.TrainingRequest;
import dev.treadle.training.finetune.TrainingResult;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.model.ModelTensors;
import dev.treadle.training.settings.Precision;
import dev.treadle.training.settings.TrainingSettings;
import dev.treadle.training.settings.Tuning;
import dev.treadle.training.tensor.ParameterPlan;
import dev.treadle.training.tensor.Parameters;
import dev.treadle.training.tensor.Tuned;
import dev.treadle.training.tokens.Dataset;
import dev.treadle.transcript.TreadleException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Trains in several processes, which torchrun starts: the same examples, steps and settings as the
 * own engine's, and the same output, computed by transformers and PEFT. Everything that the
 * processes read and write lies in the output's folder, and can be run by hand.
 */
public final class TorchrunTuning {
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final int DEFAULT_PORT = 29_400;

  private final TrainingRequest request;
  private final Torchrun torchrun;
  private final Map<String, String> environment;
  private final TrainingProgress progress;
  private final RunFolder folder;
  private final RunFiles files;
  private final List<String> notes = new ArrayList<>();
  private volatile @Nullable Child child;
  private volatile boolean isStopped;

  /**
   * Makes one.
   *
   * @param environment of this process: where Python is found, and what the processes are told of
   */
  public TorchrunTuning(
      TrainingRequest request,
      Torchrun torchrun,
      Map<String, String> environment,
      TrainingProgress progress) {
    this.request = request;
    this.torchrun = torchrun;
    this.environment = Map.copyOf(environment);
    this.progress = progress;
    this.folder = new RunFolder(request.output());
    this.files = new RunFiles(request.output());
  }

  /** What whoever trains should know, one line each. */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  /**
   * Only writes what the processes need.
   *
   * @return the command that trains
   */
  public List<String> write() {
    int processes =
        torchrun
            .processes()
            .orElseThrow(
                () ->
                    TrainingError.SETTINGS_INVALID.because(
                        "torchrun: how many processes a node has must be said (--processes) where"
                            + " nothing is started"));
    return prepare(torchrun.python().orElse("python3"), processes).command();
  }

  /**
   * Trains to the end.
   *
   * @throws TreadleException if something is missing or goes wrong: checkpoints that were kept stay
   */
  public TrainingResult run() {
    Python python =
        Python.ask(
            Python.find(torchrun.python(), environment),
            ChildEnvironment.of(environment, 1),
            torchrun.strategy(),
            request.settings().tuning() instanceof Tuning.Lora);
    int processes = torchrun.processes().orElse(Math.max(1, python.gpus()));
    if (python.gpus() > 0 && processes > python.gpus()) {
      throw TrainingError.SETTINGS_INVALID.because(
          "torchrun: " + processes + " processes are more than the " + python.gpus() + " GPUs");
    }
    Prepared prepared = prepare(python.program(), processes);
    try (TorchrunLog log = TorchrunLog.open(request, files, prepared, progress)) {
      if (!log.isOver()) {
        requireResumable(prepared);
        train(prepared, log);
      }
      return finish(prepared, log);
    } finally {
      folder.draw(request.dataset());
    }
  }

  /** Processes that loaded parted moments were seen to wait for each other without end. */
  private void requireResumable(Prepared prepared) {
    if (prepared.resumed().isPresent() && torchrun.strategy() == Strategy.FSDP) {
      throw TrainingError.SETTINGS_INVALID.because(
          "torchrun: a run with the strategy fsdp cannot go on: begin anew in another folder");
    }
  }

  /**
   * What is decided before anything is started.
   *
   * @param resumed the step of the checkpoint to go on from
   */
  record Prepared(
      List<String> command,
      RunPlan plan,
      RunIdentity identity,
      Dataset train,
      Optional<Dataset> validation,
      List<Parameters.Wanted> wanted,
      Optional<Integer> resumed,
      int threads) {}

  private Prepared prepare(String python, int processes) {
    TrainingSettings settings = request.settings();
    requireKnown(settings);
    ModelShape shape = ModelShape.read(request.base());
    ModelTensors tensors = ModelTensors.of(shape);
    List<Parameters.Wanted> wanted = ParameterPlan.of(shape, tensors, tuned(settings));
    Dataset train = first(request.train(), settings.rows().maxExamples());
    Optional<Dataset> validation =
        request.validation().map(it -> first(it, settings.rows().maxValidationExamples()));
    train.requireWithin(shape.maxPositions());
    int all = Math.multiplyExact(processes, torchrun.nodes());
    boolean packs = packs(settings);
    RunPlan plan = RunPlan.training(train, settings, all, packs);
    ObjectNode json = RunFiles.settings(request, torchrun, all, plan, wanted);
    Optional<DeepSpeedFile.Ready> deepSpeed =
        torchrun.strategy() == Strategy.DEEPSPEED
            ? Optional.of(DeepSpeedFile.of(torchrun.deepSpeed(), settings, all))
            : Optional.empty();
    deepSpeed.ifPresent(it -> notes.addAll(it.notes()));
    RunIdentity identity =
        new RunIdentity(
            Hashes.model(request.base()),
            Hashes.datasets(train, validation),
            all,
            torchrun.strategy(),
            packs);
    json.set("run", identity.json(settings));
    folder.begin(request.resumes());
    Optional<Integer> resumed = request.resumes() ? Marks.last(request.output()) : Optional.empty();
    if (resumed.isPresent()) {
      identity.check(files.path(RunFiles.SETTINGS), settings, request.output());
    }
    files.write(
        plan,
        validation.map(it -> RunPlan.validation(it, settings, all, packs)),
        json,
        deepSpeed.map(DeepSpeedFile.Ready::json));
    List<String> words = command(python, processes);
    int threads = settings.engine().threads().orElse(Math.max(1, request.threads() / processes));
    files.writeCommand(words, threads);
    return new Prepared(words, plan, identity, train, validation, wanted, resumed, threads);
  }

  private static void requireKnown(TrainingSettings settings) {
    if (settings.engine().precision() == Precision.INT8_BASE) {
      throw TrainingError.SETTINGS_INVALID.because(
          "training.load_in_8bit is not there with torchrun: take bf16");
    }
  }

  private static Dataset first(Dataset dataset, Optional<Integer> count) {
    return count.map(dataset::first).orElse(dataset);
  }

  /** Only FlashAttention keeps examples apart that share a row; others would mix them. */
  private boolean packs(TrainingSettings settings) {
    boolean isAsked = settings.rows().isPacked();
    if (isAsked && !torchrun.attention().keepsApart()) {
      notes.add(
          "packing was not done: without FlashAttention (--attention flash_attention_2) examples"
              + " that share a row would see each other");
    }
    return isAsked && torchrun.attention().keepsApart();
  }

  private static Tuned tuned(TrainingSettings settings) {
    return switch (settings.tuning()) {
      case Tuning.Lora it -> new Tuned.LowRank(it.adapter());
      case Tuning.Full _ -> new Tuned.Everything();
    };
  }

  private List<String> command(String python, int processes) {
    List<String> words = new ArrayList<>(List.of(python, "-m", "torch.distributed.run"));
    if (torchrun.nodes() == 1 && torchrun.rendezvous().isEmpty()) {
      words.add("--standalone");
    } else {
      words.add("--nnodes=" + torchrun.nodes());
      words.add("--rdzv-backend=c10d");
      words.add("--rdzv-endpoint=" + torchrun.rendezvous().orElse("localhost:" + DEFAULT_PORT));
      words.add("--rdzv-id=treadle-" + folder.path().toAbsolutePath().getFileName());
    }
    words.add("--nproc-per-node=" + processes);
    words.add("--max-restarts=0");
    words.add(files.path(RunFiles.SCRIPT).toString());
    words.add(files.path(RunFiles.SETTINGS).toString());
    return words;
  }

  private void train(Prepared prepared, TorchrunLog log) {
    List<String> words = new ArrayList<>(prepared.command());
    prepared.resumed().ifPresent(step -> words.addAll(List.of("--resume-from", Marks.name(step))));
    Map<String, String> told = ChildEnvironment.of(environment, prepared.threads());
    told.put("TREADLE_WATCHED", "1");
    Path output = files.path(RunFiles.OUTPUT);
    Child started = Child.start(words, files.folder(), told, output);
    child = started;
    try {
      while (!started.ends(LOOK)) {
        log.look();
        if (isStopped) {
          started.end(GRACE);
        }
      }
      log.look();
    } finally {
      child = null;
      started.end(Duration.ZERO);
    }
    if (isStopped) {
      throw TrainingError.PROCESSES_FAILED.because(
          "training was stopped: go on with --resume, checkpoints stay");
    }
    if (started.code() != 0 || !log.isOver()) {
      throw failed(started.code(), log, output);
    }
  }

  /** What the process that failed first says counts; the others fail for want of it. */
  private static TreadleException failed(int code, TorchrunLog log, Path output) {
    String why =
        log.failure()
            .map(it -> "process " + it.rank() + ": " + it.message())
            .orElseGet(() -> Failure.lastLines(Child.said(output)));
    String ended =
        code > 128
            ? "torchrun was ended by signal " + (code - 128)
            : code == 0 ? "torchrun ended before the last step" : "torchrun ended with " + code;
    if (why.contains("out of memory")) {
      return TrainingError.MEMORY_SHORT.because(
          ended
              + " ("
              + why
              + "): lower batch_size or max_length, or take --strategy deepspeed or fsdp; see "
              + output);
    }
    return TrainingError.PROCESSES_FAILED.because(
        ended + " (" + why + "): all that it said is in " + output);
  }

  private TrainingResult finish(Prepared prepared, TorchrunLog log) {
    Path target = request.output().resolve(FineTuning.FINAL_MODEL);
    TrainingSettings settings = request.settings();
    int last = log.lastStep();
    int taken = settings.checkpoints().keepsBest() ? log.bestStep().orElse(last) : last;
    boolean mayBeUnmoved = true;
    for (int step = 0; step < taken; step++) {
      mayBeUnmoved &= settings.optimizer().learningRate().at(step, prepared.plan().steps()) == 0;
    }
    new Harvest(
            request.base(),
            ModelTensors.of(ModelShape.read(request.base())),
            prepared.wanted(),
            settings.tuning() instanceof Tuning.Lora)
        .bring(request.output().resolve(Marks.name(taken)), target, mayBeUnmoved);
    return log.end(target, prepared.resumed());
  }

  /**
   * Ends a run that goes on in another thread: all processes are asked to end, and killed if they
   * do not. Returns when that is done.
   */
  public void stop() {
    isStopped = true;
    Child running = child;
    if (running != null) {
      running.end(GRACE);
    }
  }
}
