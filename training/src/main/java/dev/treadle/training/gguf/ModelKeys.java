package dev.treadle.training.gguf;

import dev.treadle.training.TrainingError;
import dev.treadle.training.model.Architecture;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.model.Rope;
import dev.treadle.transcript.TreadleException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys that say how a model is built. What llama.cpp would compute otherwise than the model
 * wants, and has no key for, is refused.
 */
final class ModelKeys {
  private static final int QUANTIZATION_VERSION = 2;
  private static final double BETA_FAST = 32;
  private static final double BETA_SLOW = 1;
  private static final double SAME = 1e-6;

  private final Path folder;
  private final ModelShape shape;
  private final Map<String, GgufValue> keys = new LinkedHashMap<>();

  private ModelKeys(Path folder, ModelShape shape) {
    this.folder = folder;
    this.shape = shape;
  }

  /** As llama.cpp calls it. */
  static String name(Architecture architecture) {
    return switch (architecture) {
      case LLAMA -> "llama";
      case QWEN2 -> "qwen2";
      case QWEN3 -> "qwen3";
    };
  }

  /**
   * The keys.
   *
   * @throws TreadleException {@link TrainingError#MODEL_UNSUPPORTED}
   */
  static Map<String, GgufValue> of(Path folder, ModelShape shape, GgufForm form) {
    ModelKeys it = new ModelKeys(folder, shape);
    it.refuseOddities();
    it.general(form);
    it.architecture();
    it.scaling();
    return it.keys;
  }

  private void refuseOddities() {
    if (shape.windows().stream()
        .anyMatch(it -> it.isPresent() && it.get() < shape.maxPositions())) {
      throw unsupported("attention that looks back over a sliding window");
    }
    if (shape.architecture() != Architecture.LLAMA
        && (shape.hasOutputBias()
            || shape.hasFeedForwardBias()
            || (shape.architecture() == Architecture.QWEN3 && shape.hasInputBias()))) {
      throw unsupported("biases that llama.cpp does not add");
    }
  }

  private void general(GgufForm form) {
    keys.put("general.architecture", new GgufValue.Text(name(shape.architecture())));
    keys.put("general.type", new GgufValue.Text("model"));
    Path name = folder.toAbsolutePath().normalize().getFileName();
    keys.put("general.name", new GgufValue.Text(name == null ? "model" : name.toString()));
    keys.put("general.file_type", GgufValue.u32(form.fileType()));
    keys.put("general.quantization_version", GgufValue.u32(QUANTIZATION_VERSION));
  }

  private void architecture() {
    put("block_count", shape.layers());
    put("context_length", shape.maxPositions());
    put("embedding_length", shape.hidden());
    put("feed_forward_length", shape.feedForward());
    put("attention.head_count", shape.heads());
    put("attention.head_count_kv", shape.keyValueHeads());
    put("attention.layer_norm_rms_epsilon", GgufValue.f32(shape.normEpsilon()));
    put("rope.freq_base", GgufValue.f32(shape.rope().base()));
    boolean isOwn = (long) shape.headSize() * shape.heads() != shape.hidden();
    if (isOwn || shape.architecture() == Architecture.QWEN3) {
      put("attention.key_length", shape.headSize());
      put("attention.value_length", shape.headSize());
    }
    if (shape.architecture() == Architecture.LLAMA) {
      put("rope.dimension_count", shape.headSize());
      put("vocab_size", shape.vocabulary());
    }
  }

  private void scaling() {
    switch (shape.rope().scaling()) {
      case Rope.Unscaled _ -> {}
      case Rope.Linear it -> {
        put("rope.scaling.type", new GgufValue.Text("linear"));
        put("rope.scaling.factor", GgufValue.f32(it.factor()));
      }
      case Rope.Llama3 _ -> {
        // Its factors are a tensor, which llama.cpp looks for in this architecture alone.
        if (shape.architecture() != Architecture.LLAMA) {
          throw unsupported("rotary scaling 'llama3' in another model than Llama");
        }
      }
      case Rope.Yarn it -> yarn(it);
    }
  }

  private void yarn(Rope.Yarn it) {
    if (it.betaFast() != BETA_FAST || it.betaSlow() != BETA_SLOW || !it.truncates()) {
      throw unsupported("YaRN with a beta_fast, beta_slow or truncate of its own");
    }
    put("rope.scaling.type", new GgufValue.Text("yarn"));
    put("rope.scaling.factor", GgufValue.f32(it.factor()));
    put("rope.scaling.original_context_length", it.originalPositions());
    double usual = 1 + 0.1 * Math.log(it.factor());
    if (Math.abs(it.attentionFactor() / usual - 1) > SAME) {
      put("rope.scaling.attn_factor", GgufValue.f32(it.attentionFactor() / usual));
    }
  }

  /** What llama.cpp divides each pair's angle by; only Llama 3's scaling has such factors. */
  static List<Float> ropeFactors(ModelShape shape) {
    List<Float> factors = new ArrayList<>();
    if (shape.rope().scaling() instanceof Rope.Llama3) {
      double[] scaled = shape.rope().frequencies(shape.headSize());
      double[] plain =
          new Rope(shape.rope().base(), new Rope.Unscaled()).frequencies(shape.headSize());
      for (int i = 0; i < scaled.length; i++) {
        factors.add((float) (plain[i] / scaled[i]));
      }
    }
    return factors;
  }

  private void put(String key, long value) {
    put(key, GgufValue.u32(value));
  }

  private void put(String key, GgufValue value) {
    keys.put(name(shape.architecture()) + "." + key, value);
  }

  private TreadleException unsupported(String what) {
    return TrainingError.MODEL_UNSUPPORTED.because(
        folder + " cannot be exported as GGUF: " + what + " cannot be said there");
  }
}
