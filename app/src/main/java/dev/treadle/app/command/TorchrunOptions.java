package dev.treadle.app.command;

import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.Machine;
import dev.treadle.training.torchrun.AttentionKernel;
import dev.treadle.training.torchrun.Strategy;
import dev.treadle.training.torchrun.Torchrun;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that spread a training over processes. */
final class TorchrunOptions {
  private static final String OWN = "own";
  private static final String TORCHRUN = "torchrun";

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      description =
          "own (this process, the default), or torchrun: processes of Python, for several GPUs.")
  private String engine = OWN;

  @Option(
      names = "--processes",
      paramLabel = "N",
      description = "With torchrun: processes on each node; by default one for each GPU.")
  private @Nullable Integer processes;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "With torchrun: machines, which all see the output's folder; by default 1.")
  private @Nullable Integer nodes;

  @Option(
      names = "--rendezvous",
      paramLabel = "HOST:PORT",
      description = "With torchrun: where several machines find each other.")
  private @Nullable String rendezvous;

  @Option(
      names = "--strategy",
      paramLabel = "NAME",
      description =
          "With torchrun: ddp (each process has the whole model, the default), deepspeed (ZeRO-3) or fsdp.")
  private @Nullable String strategy;

  @Option(
      names = "--deepspeed",
      paramLabel = "FILE",
      description = "With torchrun: DeepSpeed's own configuration; comments in it are allowed.")
  private @Nullable Path deepSpeed;

  @Option(
      names = "--attention",
      paramLabel = "NAME",
      description =
          "With torchrun: sdpa (the default), eager, flash_attention_2 or flash_attention_3, which alone can pack.")
  private @Nullable String attention;

  @Option(
      names = "--python",
      paramLabel = "PROGRAM",
      description = "With torchrun: Python; by default TREADLE_PYTHON, or python3 on the path.")
  private @Nullable String python;

  @Option(
      names = "--write-only",
      description = "With torchrun: write what the processes need, and start nothing.")
  private boolean writesOnly;

  boolean onlyWrites() {
    return writesOnly;
  }

  /** How the training is spread, or nothing if it is not. */
  Optional<Torchrun> torchrun(Machine machine) {
    return switch (engine.toLowerCase(Locale.ROOT)) {
      case OWN -> {
        refuseOthers();
        yield Optional.empty();
      }
      case TORCHRUN ->
          Optional.of(
              new Torchrun(
                  one("--strategy", strategy, Strategy.DDP, Strategy.values()),
                  one("--attention", attention, AttentionKernel.SDPA, AttentionKernel.values()),
                  Optional.ofNullable(processes),
                  nodes == null ? 1 : nodes,
                  Optional.ofNullable(rendezvous),
                  Optional.ofNullable(python).map(it -> program(machine, it)),
                  Optional.ofNullable(deepSpeed).map(it -> machine.folder().resolve(it))));
      default ->
          throw AppError.OPTION_INVALID.because("--engine is own or torchrun, not " + engine);
    };
  }

  /** What is no name on the path is a file, seen from the current folder. */
  private static String program(Machine machine, String said) {
    return said.contains("/") ? machine.folder().resolve(said).normalize().toString() : said;
  }

  private void refuseOthers() {
    if (processes != null
        || nodes != null
        || rendezvous != null
        || strategy != null
        || deepSpeed != null
        || attention != null
        || python != null
        || writesOnly) {
      throw AppError.OPTION_INVALID.because(
          "--processes, --nodes, --rendezvous, --strategy, --deepspeed, --attention, --python and"
              + " --write-only are for --engine torchrun");
    }
  }

  private static <E extends Enum<E>> E one(
      String option, @Nullable String said, E otherwise, E[] known) {
    if (said == null) {
      return otherwise;
    }
    StringBuilder names = new StringBuilder();
    for (E it : known) {
      String name = it.name().toLowerCase(Locale.ROOT);
      if (name.equals(said.toLowerCase(Locale.ROOT))) {
        return it;
      }
      names.append(names.isEmpty() ? "" : ", ").append(name);
    }
    throw AppError.OPTION_INVALID.because(option + " is one of " + names + ", not " + said);
  }
}
