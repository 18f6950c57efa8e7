package dev.treadle.app.command;

import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.Machine;
import dev.treadle.app.workspace.ProgressLine;
import dev.treadle.app.workspace.Workspace;
import dev.treadle.store.DatasetVersion;
import dev.treadle.store.Lake;
import dev.treadle.store.Run;
import dev.treadle.store.Runs;
import dev.treadle.training.TrainingError;
import dev.treadle.training.finetune.FineTuning;
import dev.treadle.training.finetune.TrainingRequest;
import dev.treadle.training.finetune.TrainingResult;
import dev.treadle.training.report.LogEntry;
import dev.treadle.training.report.TrainingLog;
import dev.treadle.training.settings.TrainingSettings;
import dev.treadle.training.torchrun.Torchrun;
import dev.treadle.training.torchrun.TorchrunTuning;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** One training; in a workspace also a run of its lake. */
final class TrainRun {
  private final Machine machine;
  private final Plan plan;

  /**
   * What is trained on what.
   *
   * @param validation files to judge by; empty: what the dataset holds out, if anything
   * @param output the folder of checkpoints, log and result
   * @param resumes whether to go on where the run in that folder ended
   * @param torchrun how it is spread over processes; nothing: it is not
   */
  record Plan(
      Path base,
      TrainSource source,
      List<Path> validation,
      Path output,
      boolean resumes,
      TrainingSettings settings,
      Optional<Torchrun> torchrun) {
    Plan {
      validation = List.copyOf(validation);
    }
  }

  TrainRun(Machine machine, Plan plan) {
    this.machine = machine;
    this.plan = plan;
  }

  TrainResult run(Optional<Workspace> workspace) {
    requireFree();
    if (workspace.isEmpty()) {
      return train(Optional.empty(), Optional.empty(), Optional.empty());
    }
    try (Lake lake = workspace.get().open()) {
      return recorded(lake, version(lake));
    }
  }

  private Optional<DatasetVersion> version(Lake lake) {
    return plan.source() instanceof TrainSource.OfLake it
        ? Optional.of(DatasetReference.find(lake, it.reference()))
        : Optional.empty();
  }

  private String label(Optional<DatasetVersion> version) {
    return version.map(DatasetVersion::reference).orElseGet(plan.source()::label);
  }

  private TrainMaterial material(Optional<Lake> lake, Optional<DatasetVersion> version) {
    return TrainMaterial.read(
        plan.base(), plan.source(), plan.validation(), plan.settings(), lake, version);
  }

  /** Only writes what the processes of torchrun need, and says how they are started. */
  TrainFiles write(Optional<Workspace> workspace) {
    requireFree();
    if (workspace.isEmpty()) {
      return write(Optional.empty(), Optional.empty());
    }
    try (Lake lake = workspace.get().open()) {
      return write(Optional.of(lake), version(lake));
    }
  }

  private TrainFiles write(Optional<Lake> lake, Optional<DatasetVersion> version) {
    TrainMaterial material = material(lake, version);
    TorchrunTuning tuning =
        new TorchrunTuning(
            request(material, label(version)),
            plan.torchrun().orElseThrow(),
            machine.environment(),
            (_, _) -> {});
    List<String> command = tuning.write();
    List<String> notes = new ArrayList<>(material.notes());
    notes.addAll(tuning.notes());
    return new TrainFiles(plan.output(), command, notes);
  }

  private TrainResult recorded(Lake lake, Optional<DatasetVersion> version) {
    List<String> inputs = new ArrayList<>();
    inputs.add(plan.base().toString());
    inputs.add(label(version));
    try (Run run = lake.runs().start("train", plan.settings().toJson(), inputs)) {
      try {
        TrainResult result = train(Optional.of(lake), version, Optional.of(run.id()));
        write(run, result);
        run.finish(
            Runs.Status.SUCCEEDED, List.of(result.model().toString()), TrainText.summary(result));
        return result;
      } catch (TreadleException e) {
        run.finish(Runs.Status.FAILED, List.of(), String.valueOf(e.getMessage()));
        throw e;
      }
    }
  }

  /** Before hours of reading: what is in the way now will be in the way then. */
  private void requireFree() {
    Path output = plan.output();
    if (Files.exists(output.resolve(FineTuning.FINAL_MODEL))) {
      throw TrainingError.OUTPUT_EXISTS.because(
          output.resolve(FineTuning.FINAL_MODEL)
              + " is there already: the run is done; choose another folder");
    }
    if (!plan.resumes() && !isFree(output)) {
      throw TrainingError.OUTPUT_EXISTS.because(
          output + " is not empty: go on with --resume, or choose another folder");
    }
  }

  private static boolean isFree(Path folder) {
    if (!Files.exists(folder)) {
      return true;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  private TrainResult train(
      Optional<Lake> lake, Optional<DatasetVersion> version, Optional<String> run) {
    boolean wasThere = Files.exists(plan.output());
    try (ProgressLine line = new ProgressLine(machine)) {
      TrainMaterial material = material(lake, version);
      String label = label(version);
      List<String> notes = new ArrayList<>(material.notes());
      TrainingResult trained = trained(request(material, label), new TrainDisplay(line), notes);
      if (lake.isPresent() && version.isPresent() && isRevoked(lake.get(), version.get())) {
        notes.add(
            label
                + " was revoked while this trained, because something in it was forgotten:"
                + " delete what was made, curate anew");
      }
      return TrainResult.of(run, plan.base(), trained, material, log(), notes);
    } catch (TreadleException e) {
      if (!wasThere) {
        deleteEmpty(plan.output());
      }
      throw e;
    }
  }

  /** Processes that were started end before this one does. */
  private TrainingResult trained(
      TrainingRequest request, TrainDisplay display, List<String> notes) {
    if (plan.torchrun().isEmpty()) {
      return new FineTuning(request, display).run();
    }
    TorchrunTuning tuning =
        new TorchrunTuning(request, plan.torchrun().get(), machine.environment(), display);
    machine.whenTold().accept(tuning::stop);
    TrainingResult result = tuning.run();
    notes.addAll(tuning.notes());
    return result;
  }

  private static boolean isRevoked(Lake lake, DatasetVersion version) {
    DatasetVersion.Manifest it = version.manifest();
    return lake.datasets().version(it.name(), it.version()).isRevoked();
  }

  private TrainingRequest request(TrainMaterial material, String label) {
    return new TrainingRequest(
        plan.base(),
        material.train(),
        material.validation(),
        label,
        plan.output(),
        plan.resumes(),
        material.settings(),
        material.settings().engine().threads().orElse(Runtime.getRuntime().availableProcessors()),
        machine.availableMemory().get().orElse(Long.MAX_VALUE),
        machine.clock(),
        machine.nanos());
  }

  private List<LogEntry> log() {
    return TrainingLog.read(plan.output().resolve(TrainingLog.NAME));
  }

  /** What fails before the first step leaves nothing. */
  private static void deleteEmpty(Path folder) {
    try {
      if (isFree(folder)) {
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      // An empty folder does no harm.
    }
  }

  /** What went in by its hashes, and what came out, beside the run's record. */
  private static void write(Run run, TrainResult result) {
    ObjectNode json = Json.object();
    json.put("base", result.base().toString()).put("base_sha256", result.baseSha256());
    json.put("dataset", result.data().name()).put("dataset_sha256", result.data().sha256());
    json.put("model", result.model().toString()).put("steps", result.steps());
    result.losses().base().ifPresent(it -> json.put("base_loss", it));
    result.losses().tuned().ifPresent(it -> json.put("validation_loss", it));
    Path file = run.folder().resolve("training.json");
    try {
      Files.writeString(file, Json.pretty(json) + "\n");
    } catch (IOException e) {
      throw AppError.WORKSPACE_UNUSABLE.because(file + " cannot be written: " + e.getMessage(), e);
    }
  }
}
