package dev.treadle.app.command;

import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.Machine;
import dev.treadle.measure.text.Spelling;
import dev.treadle.training.making.ModelPlan;
import dev.treadle.training.model.Architecture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code treadle model make}: a small model and its tokenizer, from texts alone. */
@Command(
    name = "make",
    description = ModelMakeCommand.ABOUT,
    footer = {
      "",
      "A tokenizer is learned from the texts; then a model with random weights is trained on them. The folder is one",
      "as Hugging Face's transformers loads it, with a chat template. Same texts, options and number of threads: same",
      "bytes. Such a model writes text that looks like its texts and knows nothing: it is for trying things out.",
      "Examples:",
      "  treadle model make tiny --text models/texts --output models/mine --steps 3",
      "  treadle model make tiny --arch llama --text models/texts --output models/small --vocabulary 600 --hidden 64 --layers 2 --context 256 --seed 7 --steps 2 --threads 2 --json"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ModelMakeCommand implements Callable<Integer> {
  static final String ABOUT = "Make a small model and its tokenizer, from texts alone.";

  private static final String TINY = "tiny";

  private final Machine machine;
  @Mixin private Common common = new Common();

  @Parameters(
      paramLabel = "SIZE",
      description = "tiny: about a million parameters; the options below change it.")
  private String size = TINY;

  @Option(
      names = "--text",
      paramLabel = "PATH",
      required = true,
      arity = "1..*",
      description = "Files of plain text, or folders of such.")
  private List<Path> texts = new ArrayList<>();

  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description = "The folder to make; it must be empty or not be there.")
  private Path output = Path.of("");

  @Option(
      names = "--arch",
      paramLabel = "ARCH",
      defaultValue = "qwen3",
      description = "qwen3, qwen2 or llama (default: ${DEFAULT-VALUE}).")
  private String architecture = "qwen3";

  @Option(
      names = "--vocabulary",
      paramLabel = "N",
      defaultValue = "2048",
      description = "Tokens at the most (default: ${DEFAULT-VALUE}).")
  private int vocabulary;

  @Option(
      names = "--hidden",
      paramLabel = "N",
      defaultValue = "128",
      description = "Numbers that a token is between layers (default: ${DEFAULT-VALUE}).")
  private int hidden;

  @Option(
      names = "--layers",
      paramLabel = "N",
      defaultValue = "4",
      description = "Layers (default: ${DEFAULT-VALUE}).")
  private int layers;

  @Option(
      names = "--context",
      paramLabel = "N",
      defaultValue = "1024",
      description = "Positions (default: ${DEFAULT-VALUE}).")
  private int context;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "200",
      description =
          "Steps that it is trained on the texts for; 0: its weights stay random (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "What all that is drawn follows from (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that compute; by default as many as the machine has.")
  private @Nullable Integer threads;

  ModelMakeCommand(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    if (!size.equals(TINY)) {
      throw AppError.OPTION_INVALID.because(
          "there is no size '" + size + "': there is tiny, and --hidden and --layers change it");
    }
    ModelMakeRun run =
        new ModelMakeRun(
            machine,
            new ModelPlan(architecture(), hidden, layers, vocabulary, context, seed),
            texts.stream().map(it -> machine.folder().resolve(it).normalize()).toList(),
            machine.folder().resolve(output).normalize(),
            steps,
            threads == null ? Runtime.getRuntime().availableProcessors() : threads);
    ModelMakeRun.Result result = run.run();
    common.print(machine, result, it -> ModelMakeRun.print(machine.out(), it));
    return 0;
  }

  private Architecture architecture() {
    Map<String, Architecture> known = new LinkedHashMap<>();
    for (Architecture it : Architecture.values()) {
      known.put(it.name().toLowerCase(Locale.ROOT), it);
    }
    Architecture found = known.get(architecture);
    if (found == null) {
      throw AppError.OPTION_INVALID.because(
          "--arch: there is no architecture '"
              + architecture
              + "'"
              + Spelling.nearest(architecture, known.keySet())
                  .map(near -> ": did you mean '" + near + "'?")
                  .orElse(": there are " + String.join(", ", known.keySet())));
    }
    return found;
  }
}
