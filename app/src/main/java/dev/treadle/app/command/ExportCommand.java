package dev.treadle.app.command;

import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.Machine;
import dev.treadle.curation.Thinking;
import dev.treadle.curation.TrainerFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code treadle export}: writes a dataset version as a trainer reads it. */
@Command(
    name = "export",
    description = ExportCommand.ABOUT,
    footer = {
      "",
      "With --as llama-factory the folder has a dataset_info.json, and every row is put through an emulator",
      "of LLaMA-Factory's loader, which says what the trainer would drop or change, and why.",
      "Examples:",
      "  treadle export --as openai --to out/openai",
      "  treadle export --as llama-factory --to out/llama-factory --thinking inline",
      "  treadle export --as openai --to out/openai --dataset main/1 --replace --json",
      "  treadle export --as collected --to out/collected"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ExportCommand implements Callable<Integer> {
  static final String ABOUT = "Write a dataset version as a trainer reads it.";

  /** The formats that are written to folders. */
  private static final EnumSet<TrainerFormat> FORMATS =
      EnumSet.of(TrainerFormat.OPENAI_MESSAGES, TrainerFormat.LLAMA_FACTORY);

  private static final String COLLECTED = "collected";

  private final Machine machine;
  @Mixin private Common common = new Common();

  @Option(
      names = "--as",
      paramLabel = "FORMAT",
      required = true,
      description =
          "openai (chat messages, JSONL), llama-factory (a dataset folder), or collected (the lake's comparisons, training_data_YYYYMMDD.jsonl).")
  private String format = "";

  @Option(
      names = "--to",
      paramLabel = "DIR",
      required = true,
      description = "The folder to write; it must be empty or not be there.")
  private Path target = Path.of("");

  @Option(
      names = "--dataset",
      paramLabel = "NAME[/VERSION]",
      defaultValue = "main",
      description =
          "The dataset, and which version: by default the last (default: ${DEFAULT-VALUE}).")
  private String dataset = "main";

  @Option(
      names = "--thinking",
      paramLabel = "HOW",
      defaultValue = "inline",
      description =
          "The model's reasoning: key (reasoning_content), inline (<think> before the answer) or drop (default: ${DEFAULT-VALUE}).")
  private String thinking = "inline";

  @Option(names = "--replace", description = "Replace the folder if it is there.")
  private boolean replace;

  ExportCommand(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    if (format.equals(COLLECTED)) {
      CollectedRun.Result result =
          new CollectedRun(common.workspace(machine))
              .run(machine.folder().resolve(target), replace);
      common.print(machine, result, it -> CollectedRun.print(machine.out(), it));
      return 0;
    }
    ExportRun run =
        new ExportRun(
            common.workspace(machine),
            format(),
            Thinking.valueOf(
                oneOf("--thinking", thinking, List.of("key", "inline", "drop"))
                    .toUpperCase(Locale.ROOT)));
    ExportRun.Result result = run.run(dataset, machine.folder().resolve(target), replace);
    common.print(machine, result, it -> ExportRun.print(machine.out(), it));
    return 0;
  }

  private TrainerFormat format() {
    List<String> names = new ArrayList<>();
    FORMATS.forEach(it -> names.add(it.wire()));
    names.add(COLLECTED);
    return TrainerFormat.ofWire(oneOf("--as", format, names)).orElseThrow();
  }

  private static String oneOf(String option, String given, List<String> known) {
    if (!known.contains(given)) {
      throw AppError.OPTION_INVALID.because(
          option + ": expected " + String.join(" or ", known) + ", not '" + given + "'");
    }
    return given;
  }
}
