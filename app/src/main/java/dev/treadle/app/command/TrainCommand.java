package dev.treadle.app.command;

import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.Machine;
import dev.treadle.app.workspace.Workspace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code treadle train}: fine-tunes a model. */
@Command(
    name = "train",
    description = TrainCommand.ABOUT,
    footer = {
      "",
      "The base is a folder as Hugging Face writes it: Llama, Qwen2 or Qwen3. What comes out is an adapter as PEFT",
      "writes it, or a whole model with --method full, in final_model of the output's folder. It works without a",
      "workspace; in one, it leaves a run in the lake, and without --data or --text it trains on the dataset main.",
      "With --engine torchrun several processes train, by PyTorch, transformers and PEFT of a Python of yours.",
      "Examples:",
      "  treadle train --base models/tiny --output out/tuned --quick-test",
      "  treadle train --base models/tiny --dataset main/1 --output out/steps --max-steps 2 --learning-rate 1e-3 --lora-rank 8 --threads 2 --json",
      "  treadle train --base models/tiny --data chats/train.jsonl --validation chats/val.jsonl --output out/chat --num-epochs 0.2 --config lora.yaml",
      "  treadle train --base models/tiny --text models/texts --output out/more --method full --max-steps 2",
      "  treadle train --base models/tiny --text models/texts --output out/begun --max-steps 2 --resume",
      "  treadle train --base models/tiny --text models/texts --output out/gpus --engine torchrun --processes 8 --attention flash_attention_2 --write-only",
      "  treadle train --base models/tiny --text models/texts --output out/nodes --engine torchrun --strategy deepspeed --deepspeed zero3.json --nodes 2 --processes 8 --rendezvous node0:29400 --python venv/bin/python --write-only"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class TrainCommand implements Callable<Integer> {
  static final String ABOUT = "Fine-tune a model on a dataset, on chats or on plain text.";

  private static final String DATASET = "main";

  private final Machine machine;
  @Mixin private Common common = new Common();

  @Option(
      names = "--base",
      paramLabel = "DIR",
      required = true,
      description = "The model's folder: config.json, safetensors, tokenizer, chat template.")
  private Path base = Path.of("");

  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description =
          "The folder for checkpoints, log, report and result; empty, or a run's to resume.")
  private Path output = Path.of("");

  @Option(
      names = "--dataset",
      paramLabel = "NAME[/VERSION]",
      description =
          "A dataset of the lake, and which version: by default the last. Its split val is judged by.")
  private @Nullable String dataset;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      arity = "1..*",
      description =
          "Files of chats, one JSON object a line: messages, or another of the usual forms.")
  private List<Path> data = new ArrayList<>();

  @Option(
      names = "--text",
      paramLabel = "PATH",
      arity = "1..*",
      description = "Files of plain text, or folders of such: every token is learned.")
  private List<Path> texts = new ArrayList<>();

  @Option(
      names = "--validation",
      paramLabel = "FILE",
      arity = "1..*",
      description =
          "Files of the same kind that are not learned from: base and result are judged by them.")
  private List<Path> validation = new ArrayList<>();

  @Mixin private TrainOptions options = new TrainOptions();

  @Mixin private TorchrunOptions processes = new TorchrunOptions();

  @Option(
      names = "--resume",
      description =
          "Go on at the last checkpoint in the output's folder; where there is none yet, begin.")
  private boolean resume;

  TrainCommand(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    TrainSource source = source();
    Optional<Workspace> workspace =
        source instanceof TrainSource.OfLake
            ? Optional.of(common.workspace(machine))
            : common.workspaceIfAny(machine);
    TrainRun.Plan plan =
        new TrainRun.Plan(
            path(base),
            source,
            paths(validation),
            path(output),
            resume,
            options.settings(machine, source instanceof TrainSource.Texts ? "text" : "chat"),
            processes.torchrun(machine));
    TrainRun run = new TrainRun(machine, plan);
    if (processes.onlyWrites()) {
      common.print(machine, run.write(workspace), it -> TrainText.print(machine.out(), it));
      return 0;
    }
    TrainResult result = run.run(workspace);
    common.print(machine, result, it -> TrainText.print(machine.out(), it));
    return 0;
  }

  private TrainSource source() {
    int given = (dataset == null ? 0 : 1) + (data.isEmpty() ? 0 : 1) + (texts.isEmpty() ? 0 : 1);
    if (given > 1) {
      throw AppError.OPTION_INVALID.because("name one of --dataset, --data and --text");
    }
    if (!data.isEmpty()) {
      return new TrainSource.Chats(paths(data));
    }
    if (!texts.isEmpty()) {
      return new TrainSource.Texts(paths(texts));
    }
    return new TrainSource.OfLake(dataset == null ? DATASET : dataset);
  }

  private Path path(Path given) {
    return machine.folder().resolve(given).normalize();
  }

  private List<Path> paths(List<Path> given) {
    return given.stream().map(this::path).toList();
  }
}
