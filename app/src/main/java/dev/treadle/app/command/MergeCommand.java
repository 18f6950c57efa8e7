package dev.treadle.app.command;

import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.Machine;
import dev.treadle.app.workspace.ProgressLine;
import dev.treadle.app.workspace.Sizes;
import dev.treadle.app.workspace.Workspace;
import dev.treadle.store.Lake;
import dev.treadle.store.Run;
import dev.treadle.store.Runs;
import dev.treadle.training.merge.Merge;
import dev.treadle.training.merge.MergeResult;
import dev.treadle.training.merge.MergeSettings;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code treadle merge}: makes one model of a base and a LoRA adapter. */
@Command(
    name = "merge",
    description = MergeCommand.ABOUT,
    footer = {
      "",
      "Base and adapter are folders as Hugging Face and PEFT write them. Every matrix that the adapter aims at",
      "becomes W + B·A·alpha/r; every number is compared with the base's before it is written, and parts of the",
      "files are read again. It works without a workspace; in one, it leaves a run in the lake.",
      "Examples:",
      "  treadle merge --base models/base --adapter models/adapter --output models/merged",
      "  treadle merge --base models/base --adapter models/adapter --output models/exact --dtype float32 --max-shard-size 2GB --reread-all --json"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class MergeCommand implements Callable<Integer> {
  static final String ABOUT = "Make one model of a base and a LoRA adapter.";

  private static final Pattern SIZE =
      Pattern.compile("(\\d+(?:\\.\\d+)?)([KMGT]?)(i?)B?", Pattern.CASE_INSENSITIVE);

  private final Machine machine;
  @Mixin private Common common = new Common();

  @Option(
      names = "--base",
      paramLabel = "DIR",
      required = true,
      description = "The model's folder: config.json, safetensors, tokenizer.")
  private Path base = Path.of("");

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      required = true,
      description = "The adapter's folder: adapter_config.json, adapter_model.safetensors.")
  private Path adapter = Path.of("");

  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description = "The folder to make; it must be empty or not be there.")
  private Path output = Path.of("");

  @Option(
      names = "--max-shard-size",
      paramLabel = "SIZE",
      defaultValue = "5GB",
      description = "The most that one file of weights holds (default: ${DEFAULT-VALUE}).")
  private String maxShardSize = "5GB";

  @Option(
      names = "--dtype",
      paramLabel = "DTYPE",
      description = "bfloat16, float16 or float32 for all weights; by default each keeps its own.")
  private @Nullable String dtype;

  @Option(
      names = "--reread-all",
      description = "Read all that was written again, not a few in a hundred blocks.")
  private boolean rereadAll;

  MergeCommand(Machine machine) {
    this.machine = machine;
  }

  /** What is printed. */
  record Result(Optional<String> run, double seconds, double changedShare, MergeResult merge) {}

  @Override
  public Integer call() {
    MergeSettings settings = settings();
    Optional<Workspace> workspace = common.workspaceIfAny(machine);
    Result result =
        workspace.isPresent() ? recorded(workspace.get(), settings) : merge(settings, "");
    common.print(machine, result, it -> print(machine.out(), it));
    return 0;
  }

  private MergeSettings settings() {
    return new MergeSettings(
        machine.folder().resolve(base).normalize(),
        machine.folder().resolve(adapter).normalize(),
        machine.folder().resolve(output).normalize(),
        bytes(maxShardSize),
        Optional.ofNullable(dtype).map(MergeSettings::dtypeOf),
        Runtime.getRuntime().availableProcessors(),
        rereadAll ? 1 : MergeSettings.USUAL_REREAD);
  }

  private Result recorded(Workspace workspace, MergeSettings settings) {
    ObjectNode configuration = Json.object();
    configuration.put("max_shard_bytes", settings.maxShardBytes());
    settings.dtype().ifPresent(it -> configuration.put("dtype", it.name()));
    List<String> inputs = List.of(settings.base().toString(), settings.adapter().toString());
    try (Lake lake = workspace.open();
        Run run = lake.runs().start("merge", configuration, inputs)) {
      try {
        Result result = merge(settings, run.id());
        run.finish(
            Runs.Status.SUCCEEDED, List.of(settings.output().toString()), summary(result.merge()));
        return result;
      } catch (TreadleException e) {
        run.finish(Runs.Status.FAILED, List.of(), String.valueOf(e.getMessage()));
        throw e;
      }
    }
  }

  private Result merge(MergeSettings settings, String run) {
    long began = machine.nanos().getAsLong();
    MergeResult result;
    try (ProgressLine progress = new ProgressLine(machine)) {
      result = new Merge(settings, progress::bytes).run();
    }
    double seconds = (machine.nanos().getAsLong() - began) / 1e9;
    return new Result(
        run.isEmpty() ? Optional.empty() : Optional.of(run),
        seconds,
        result.changedShare(),
        result);
  }

  private static long bytes(String written) {
    Matcher matcher = SIZE.matcher(written.strip());
    if (matcher.matches()) {
      int power =
          " KMGT"
              .indexOf(
                  matcher.group(2).isEmpty() ? " " : matcher.group(2).toUpperCase(Locale.ROOT));
      BigDecimal unit = BigDecimal.valueOf(matcher.group(3).isEmpty() ? 1000 : 1024).pow(power);
      BigDecimal bytes = new BigDecimal(matcher.group(1)).multiply(unit);
      if (bytes.signum() > 0 && bytes.compareTo(BigDecimal.valueOf(1L << 50)) <= 0) {
        return Math.max(1, bytes.longValue());
      }
    }
    throw AppError.OPTION_INVALID.because(
        "--max-shard-size: expected a size such as 5GB or 500MB, not '" + written + "'");
  }

  private static String summary(MergeResult it) {
    return String.format(
        Locale.ROOT,
        "%,d tensors changed, %,d as they were; %.2f %% of the changed tensors' weights are other numbers",
        it.changed(),
        it.equal(),
        it.changedShare() * 100);
  }

  private static void print(PrintStream out, Result result) {
    MergeResult it = result.merge();
    out.printf(
        Locale.ROOT,
        "Merged into %s: %s in %d %s, %.1f s%n",
        it.output(),
        Sizes.of(it.bytes()),
        it.shards(),
        it.shards() == 1 ? "file" : "shards",
        result.seconds());
    out.println("  compared with the base: " + summary(it));
    out.printf(Locale.ROOT, "  the largest change of a weight is %.3g%n", it.largestChange());
    out.println("  copied: " + String.join(", ", it.copied()));
    it.notes().forEach(note -> out.println("  note: " + note));
    result.run().ifPresent(run -> out.println("  run " + run));
  }
}
