package dev.treadle.training.gguf;

import dev.treadle.training.TrainingError;
import dev.treadle.training.merge.Blocks;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.model.ModelTensors;
import dev.treadle.training.safetensors.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes one GGUF file of a model's folder, as llama.cpp's own converter would: configuration,
 * tokenizer, chat template and weights. One tensor is worked on at a time, in blocks; the file is
 * read again and compared with the model before it gets its name.
 */
public final class GgufExport {
  /** Threads for each that computes: some wait for the disk. */
  private static final int WAITING = 2;

  private static final int MAX_THREADS = 16;

  private final ExportSettings settings;
  private final Progress progress;

  /** Hears how far it is. */
  public interface Progress {
    void bytes(long done, long total, String what);
  }

  public GgufExport(ExportSettings settings, Progress progress) {
    this.settings = settings;
    this.progress = progress;
  }

  /**
   * Exports, and leaves a whole file or nothing.
   *
   * @throws dev.treadle.transcript.TreadleException naming what llama.cpp would not do the same
   *     way, what is damaged, or what cannot be written
   */
  public ExportResult run() {
    ModelShape shape = ModelShape.read(settings.model());
    Map<String, GgufValue> keys = new LinkedHashMap<>();
    keys.putAll(ModelKeys.of(settings.model(), shape, settings.form()));
    keys.putAll(TokenizerKeys.of(settings.model(), shape));
    ExportPlan plan = ExportPlan.of(shape, settings.form());
    try (Weights weights = Weights.open(settings.model())) {
      ModelTensors.of(shape).check(weights);
      requireComputed(plan, weights);
      try (GgufWriter writer = GgufWriter.begin(settings.output(), keys, plan.targets())) {
        write(plan, weights, writer);
        writer.force();
        ExportResult result = proven(writer, keys, plan, weights);
        writer.finish();
        return result;
      }
    }
  }

  private static void requireComputed(ExportPlan plan, Weights weights) {
    for (ExportPlan.Piece piece : plan.pieces()) {
      if (piece instanceof ExportPlan.Taken taken) {
        Weights.Tensor it = weights.tensor(taken.source()).orElseThrow();
        if (!it.shape().dtype().isComputed()) {
          throw TrainingError.DTYPE_UNSUPPORTED.because(
              it.shard().file()
                  + ": "
                  + it.name()
                  + " is "
                  + it.shape().dtype()
                  + ", and F32, F16 and BF16 are exported");
        }
      }
    }
  }

  private void write(ExportPlan plan, Weights weights, GgufWriter writer) {
    long longest = 1;
    long total = 0;
    for (ExportPlan.Piece piece : plan.pieces()) {
      total += piece.target().bytes();
      if (piece instanceof ExportPlan.Taken it) {
        longest = Math.max(longest, TensorExport.unit(it));
      }
    }
    int threads = Math.min(WAITING * settings.threads(), MAX_THREADS);
    try (Blocks blocks = new Blocks(threads, longest)) {
      TensorExport export = new TensorExport(weights, writer, blocks);
      long done = 0;
      for (ExportPlan.Piece piece : plan.pieces()) {
        export.write(piece);
        done += piece.target().bytes();
        progress.bytes(done, total, piece.target().name());
      }
    }
  }

  private ExportResult proven(
      GgufWriter writer, Map<String, GgufValue> keys, ExportPlan plan, Weights weights) {
    try (GgufFile file = GgufFile.open(writer.unfinished())) {
      long checked = ExportProof.check(file, keys, plan, weights);
      Map<GgmlType, Integer> forms = new TreeMap<>();
      int fellBack = 0;
      long sourceBytes = 0;
      for (ExportPlan.Piece piece : plan.pieces()) {
        forms.merge(piece.target().type(), 1, Integer::sum);
        if (piece instanceof ExportPlan.Taken it) {
          fellBack += it.fellBack() ? 1 : 0;
          sourceBytes += weights.tensor(it.source()).orElseThrow().shape().bytes();
        }
      }
      return new ExportResult(
          settings.output(),
          file.architecture(),
          settings.form().wire(),
          file.bytes(),
          sourceBytes,
          plan.pieces().size(),
          forms,
          fellBack,
          TokenizerKeys.size(file.keys()),
          file.chatTemplate().isPresent(),
          checked,
          notes(file, fellBack));
    }
  }

  private List<String> notes(GgufFile file, int fellBack) {
    List<String> notes = new ArrayList<>();
    if (fellBack > 0) {
      notes.add(
          fellBack
              + " tensors are F16: their rows are no multiple of "
              + settings.form().type().blockNumbers()
              + " numbers");
    }
    if (file.chatTemplate().isEmpty()) {
      notes.add("the model has no chat template, so the file has none");
    }
    if (file.text("tokenizer.ggml.pre").orElse("").equals("qwen2")) {
      notes.add(
          "llama.cpp does not join letters and accents (NFC) as this tokenizer does: a text that"
              + " has them apart becomes other tokens there");
    }
    return notes;
  }
}
