package dev.treadle.training.settings;

import dev.treadle.training.TrainingError;
import dev.treadle.training.adapter.AdapterConfiguration;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.model.ModelTensors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How much memory a run will take at most, by its parts. An estimate by counting, made before
 * anything is loaded: it is there to refuse what cannot work, and to say what to lower.
 */
public record MemoryEstimate(List<Part> parts) {
  /**
   * What takes memory for one reason.
   *
   * @param name what it is, for people
   * @param remedy what would make it smaller; empty if nothing would
   */
  public record Part(String name, long bytes, String remedy) {}

  /** AdamW's two moments, beside the weight and its gradient: four float32 numbers each. */
  private static final long TRAINED_BYTES = 16;

  /** Libtorch with its threads' buffers, and the JVM beside its heap. */
  private static final long LIBRARY_BYTES = 300L << 20;

  /** What oneDNN keeps of products that it prepared itself for. */
  private static final long PREPARED_BYTES = 100L << 20;

  /** Scores as they are computed, and wide; their gradients take the same places. */
  private static final long LOGITS_COPIES = 2;

  /** A token's id, and whether it is a target. */
  private static final long TOKEN_BYTES = 5;

  public MemoryEstimate {
    parts = List.copyOf(parts);
  }

  /**
   * Counts.
   *
   * @param longestRow tokens of the longest row that there is, or {@code max_length}
   * @param allTokens of the examples, which lie in memory
   */
  public static MemoryEstimate of(
      ModelShape shape, TrainingSettings settings, int longestRow, long allTokens) {
    Counts counts = new Counts(shape, settings);
    long batchTokens =
        (long) settings.rows().batchSize() * Math.min(longestRow, settings.rows().maxLength());
    List<Part> parts = new ArrayList<>();
    parts.add(new Part("the base's weights", counts.baseBytes(), baseRemedy(settings)));
    parts.add(
        new Part(
            "what is trained, with gradients and AdamW's moments",
            counts.trained() * TRAINED_BYTES,
            trainedRemedy(settings)));
    parts.add(
        new Part(
            "the layers' results of one batch",
            batchTokens * counts.tokenBytes(),
            activationRemedy(settings)));
    parts.add(
        new Part(
            "scores for the vocabulary",
            LOGITS_COPIES
                * Float.BYTES
                * Math.min(batchTokens, settings.engine().lossChunk())
                * shape.vocabulary(),
            "lower loss_chunk_size"));
    parts.add(new Part("the examples", allTokens * TOKEN_BYTES, "lower max_train_samples"));
    parts.add(new Part("libraries", LIBRARY_BYTES + (prepacks(settings) ? PREPARED_BYTES : 0), ""));
    return new MemoryEstimate(parts);
  }

  private static boolean prepacks(TrainingSettings settings) {
    return settings.engine().prepacks().orElse(false);
  }

  private static String baseRemedy(TrainingSettings settings) {
    if (settings.tuning() instanceof Tuning.Full) {
      return "take method: lora, or a smaller model";
    }
    if (prepacks(settings)) {
      return "take prepack_weights: false";
    }
    return switch (settings.engine().precision()) {
      case FLOAT32 -> "take bf16: true or load_in_8bit: true";
      case BFLOAT16 -> "take load_in_8bit: true, or a smaller model";
      case INT8_BASE -> "take a smaller model";
    };
  }

  private static String trainedRemedy(TrainingSettings settings) {
    return switch (settings.tuning()) {
      case Tuning.Lora _ -> "lower lora.r, or aim at fewer modules";
      case Tuning.Full _ -> "take method: lora, or a smaller model";
    };
  }

  private static String activationRemedy(TrainingSettings settings) {
    if (!settings.engine().checkpointing().orElse(true)) {
      return "take gradient_checkpointing: true, or lower max_length or batch_size";
    }
    return settings.rows().batchSize() > 1
        ? "lower batch_size and raise gradient_accumulation_steps, or lower max_length"
        : "lower max_length";
  }

  /** All parts together. */
  public long bytes() {
    return parts.stream().mapToLong(Part::bytes).sum();
  }

  /**
   * Refuses what does not fit.
   *
   * @throws dev.treadle.transcript.TreadleException {@link TrainingError#MEMORY_SHORT} that names
   *     the largest part and what would make it smaller
   */
  public void check(long availableBytes) {
    if (bytes() <= availableBytes) {
      return;
    }
    Part largest = parts.stream().max(Comparator.comparingLong(Part::bytes)).orElseThrow();
    throw TrainingError.MEMORY_SHORT.because(
        "training would take about "
            + size(bytes())
            + " of memory, and "
            + size(availableBytes)
            + " are free; the largest part is "
            + largest.name()
            + " ("
            + size(largest.bytes())
            + ")"
            + (largest.remedy().isEmpty() ? "" : ": " + largest.remedy()));
  }

  private static String size(long bytes) {
    return bytes >= 1_000_000_000
        ? String.format(Locale.ROOT, "%.1f GB", bytes / 1e9)
        : String.format(Locale.ROOT, "%.0f MB", bytes / 1e6);
  }

  /** Counts a model's numbers under some settings. */
  private record Counts(ModelShape shape, TrainingSettings settings) {
    private static final String WEIGHT = ".weight";

    /** Bytes of a number that is computed with. */
    private int width() {
      return settings.engine().precision() == Precision.BFLOAT16 ? 2 : 4;
    }

    /** What is trained is counted there; where that is everything, nothing is left here. */
    private long baseBytes() {
      if (settings.tuning() instanceof Tuning.Full) {
        return 0;
      }
      ModelTensors model = ModelTensors.of(shape);
      long bytes = 0;
      for (Map.Entry<String, List<Long>> it : model.tensors().entrySet()) {
        String module = it.getKey().replaceFirst("\\.weight$", "");
        boolean isInt8 =
            settings.engine().precision() == Precision.INT8_BASE && model.linear().contains(module);
        if (isInt8) {
          bytes += numbers(it.getValue()) + it.getValue().getFirst() * Float.BYTES;
        } else {
          bytes += numbers(it.getValue()) * width() * copies(it.getKey(), model);
        }
      }
      return bytes;
    }

    /** How often a tensor lies in memory: laid out for products, it does for each direction. */
    private int copies(String tensor, ModelTensors model) {
      boolean isMultiplied =
          model.linear().contains(tensor.replaceFirst("\\.weight$", ""))
              || tensor.equals(ModelTensors.HEAD + WEIGHT);
      if (isMultiplied && prepacks(settings)) {
        return 2;
      }
      return isTiedHead(tensor) ? 0 : 1;
    }

    private boolean isTiedHead(String tensor) {
      return shape.isTied() && tensor.equals(ModelTensors.HEAD + WEIGHT);
    }

    /** How many numbers are trained. */
    private long trained() {
      return switch (settings.tuning()) {
        case Tuning.Lora it -> adapter(it.adapter());
        case Tuning.Full _ ->
            ModelTensors.of(shape).tensors().entrySet().stream()
                .filter(it -> !isTiedHead(it.getKey()))
                .mapToLong(it -> numbers(it.getValue()))
                .sum();
      };
    }

    private long adapter(AdapterConfiguration adapter) {
      ModelTensors model = ModelTensors.of(shape);
      long numbers = 0;
      for (String module : model.modules()) {
        if (adapter.aimsAt(module, model.linear())) {
          List<Long> matrix = model.tensors().getOrDefault(module + WEIGHT, List.of());
          long rank = adapter.rank(module);
          numbers += matrix.stream().mapToLong(it -> it * rank).sum();
        }
      }
      return numbers;
    }

    /** What one token of a batch leaves behind until its gradients are there. */
    private long tokenBytes() {
      long layers = shape.layers();
      long kept =
          settings.engine().checkpointing().orElse(true)
              ? layers * shape.hidden() + layerNumbers()
              : layers * layerNumbers();
      return (kept + passingNumbers()) * width();
    }

    /**
     * What one layer keeps of a token for its gradients: the inputs of both norms and of what
     * follows them, queries, keys and values before and after turning, attention's answer; the
     * gate, its activation, the other half, and their product.
     */
    private long layerNumbers() {
      long queries = (long) shape.heads() * shape.headSize();
      long keys = (long) shape.keyValueHeads() * shape.headSize();
      long attention = 2 * queries + 2 * keys + (shape.normsHeads() ? queries + keys : 0);
      return 4L * shape.hidden() + attention + 4L * shape.feedForward() + adapterNumbers();
    }

    /**
     * The small results between an adapter's two matrices, for seven modules of a layer at most.
     * Dropout gives each module an input of its own, and a mask, where three had shared one.
     */
    private long adapterNumbers() {
      return switch (settings.tuning()) {
        case Tuning.Lora it -> {
          long dropped =
              8L * shape.hidden() + 2L * shape.heads() * shape.headSize() + shape.feedForward();
          yield 7L * it.adapter().rank() + (it.adapter().dropout() > 0 ? dropped : 0);
        }
        case Tuning.Full _ -> 0;
      };
    }

    /** What exists of one layer while gradients go through it, and the last hidden state. */
    private long passingNumbers() {
      return 3L * shape.feedForward() + 4L * shape.hidden();
    }

    private static long numbers(List<Long> dimensions) {
      return dimensions.stream().reduce(1L, (a, b) -> a * b);
    }
  }
}
