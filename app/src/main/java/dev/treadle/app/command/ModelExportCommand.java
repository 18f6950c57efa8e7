package dev.treadle.app.command;

import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.Machine;
import dev.treadle.app.workspace.ProgressLine;
import dev.treadle.app.workspace.Sizes;
import dev.treadle.measure.text.Spelling;
import dev.treadle.training.gguf.ExportResult;
import dev.treadle.training.gguf.ExportSettings;
import dev.treadle.training.gguf.GgufExport;
import dev.treadle.training.gguf.GgufForm;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code treadle model export}: a model's folder as one GGUF file. */
@Command(
    name = "export",
    description = ModelExportCommand.ABOUT,
    footer = {
      "",
      "The folder is one as Hugging Face has it, of a Llama, Qwen 2 or Qwen 3 model with a byte-level tokenizer. The",
      "file holds weights, tokenizer and chat template; llama.cpp, Ollama and LM Studio load it. It is read again and",
      "compared with the model before it gets its name. What llama.cpp would compute otherwise is refused.",
      "Examples:",
      "  treadle model export --model models/tiny --output models/tiny.gguf",
      "  treadle model export --model models/tiny --output models/exact.gguf --type f32 --threads 2 --json"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ModelExportCommand implements Callable<Integer> {
  static final String ABOUT = "Write a model as one GGUF file, for llama.cpp and Ollama.";

  private final Machine machine;
  @Mixin private Common common = new Common();

  @Option(
      names = "--model",
      paramLabel = "DIR",
      required = true,
      description = "The model's folder: config.json, safetensors, tokenizer.json.")
  private Path model = Path.of("");

  @Option(
      names = "--output",
      paramLabel = "FILE",
      required = true,
      description = "The file to make; it must not be there.")
  private Path output = Path.of("");

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      defaultValue = "q8_0",
      description =
          "q8_0: 8.5 bits a weight; f16, bf16, f32: as exact as their names say, and what other programs make smaller forms of (default: ${DEFAULT-VALUE}).")
  private String type = "q8_0";

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that compute; by default as many as the machine has.")
  private @Nullable Integer threads;

  ModelExportCommand(Machine machine) {
    this.machine = machine;
  }

  /** What is printed. */
  record Result(double seconds, ExportResult export) {}

  @Override
  public Integer call() {
    int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    if (count < 1) {
      throw AppError.OPTION_INVALID.because("--threads is " + count + ": it must be 1 or more");
    }
    ExportSettings settings =
        new ExportSettings(
            machine.folder().resolve(model).normalize(),
            machine.folder().resolve(output).normalize(),
            form(),
            count);
    long began = machine.nanos().getAsLong();
    ExportResult made;
    try (ProgressLine progress = new ProgressLine(machine)) {
      made = new GgufExport(settings, progress::bytes).run();
    }
    Result result = new Result((machine.nanos().getAsLong() - began) / 1e9, made);
    common.print(machine, result, it -> print(machine.out(), it));
    return 0;
  }

  private GgufForm form() {
    Map<String, GgufForm> known = new LinkedHashMap<>();
    for (GgufForm it : GgufForm.values()) {
      known.put(it.wire(), it);
    }
    GgufForm found = known.get(type.toLowerCase(Locale.ROOT));
    if (found == null) {
      throw AppError.OPTION_INVALID.because(
          "--type: there is no type '"
              + type
              + "'"
              + Spelling.nearest(type, known.keySet())
                  .map(near -> ": did you mean '" + near + "'?")
                  .orElse(": there are " + String.join(", ", known.keySet())));
    }
    return found;
  }

  private static void print(PrintStream out, Result result) {
    ExportResult it = result.export();
    out.printf(
        Locale.ROOT,
        "Exported to %s: %s of %s, %.1f s%n",
        it.output(),
        Sizes.of(it.bytes()),
        Sizes.of(it.sourceBytes()),
        result.seconds());
    out.printf(
        Locale.ROOT,
        "  %s, %d tensors (%s), %,d tokens, %s chat template%n",
        it.architecture(),
        it.tensors(),
        it.forms().entrySet().stream()
            .map(form -> form.getValue() + " " + form.getKey())
            .collect(Collectors.joining(", ")),
        it.vocabulary(),
        it.hasChatTemplate() ? "with its" : "no");
    out.printf(
        Locale.ROOT,
        "  read again: %,d numbers, each within its rounding of the model's%n",
        it.checkedNumbers());
    it.notes().forEach(note -> out.println("  note: " + note));
  }
}
