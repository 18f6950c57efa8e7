package dev.treadle.training.model;

import dev.treadle.training.JsonFile;
import dev.treadle.training.TrainingError;
import dev.treadle.training.safetensors.Dtype;
import dev.treadle.transcript.TreadleException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A {@code config.json} as Hugging Face wrote it over the years. What would be computed otherwise
 * than the file wants is refused by its name.
 */
final class ModelConfiguration {
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_LAYERS = 1000;

  private final JsonFile json;

  private ModelConfiguration(JsonFile json) {
    this.json = json;
  }

  static ModelConfiguration read(Path file) {
    return new ModelConfiguration(JsonFile.read(file, MAX_BYTES, TrainingError.CONFIG_INVALID));
  }

  ModelShape shape() {
    Architecture architecture = architecture();
    refuseOddities();
    int hidden = count("hidden_size");
    int layers = count("num_hidden_layers");
    int heads = count("num_attention_heads");
    if (layers > MAX_LAYERS) {
      throw json.invalid("num_hidden_layers is " + layers + ", over " + MAX_LAYERS);
    }
    int keyValueHeads = json.has("num_key_value_heads") ? count("num_key_value_heads") : heads;
    int headSize = json.has("head_dim") ? count("head_dim") : headSize(architecture, hidden, heads);
    if (heads % keyValueHeads != 0 || headSize % 2 != 0) {
      throw json.invalid(
          heads
              + " heads do not share "
              + keyValueHeads
              + " key-value heads, or "
              + headSize
              + " numbers of a head are odd");
    }
    boolean attentionBias = architecture != Architecture.QWEN2 && flag("attention_bias", false);
    return new ModelShape(
        architecture,
        count("vocab_size"),
        hidden,
        layers,
        heads,
        keyValueHeads,
        headSize,
        count("intermediate_size"),
        json.has("rms_norm_eps") ? number("rms_norm_eps") : architecture.defaultEpsilon(),
        new RopeReader(this, json).read(architecture, maxPositions(architecture)),
        architecture == Architecture.QWEN2 || attentionBias,
        attentionBias,
        architecture == Architecture.LLAMA && flag("mlp_bias", false),
        flag("tie_word_embeddings", false),
        maxPositions(architecture),
        windows(architecture, layers),
        dtype(),
        tokens("bos_token_id").stream().findFirst(),
        tokens("eos_token_id"));
  }

  private Architecture architecture() {
    String name = json.path("architectures").path(0).asString("");
    if (json.path("architectures").size() > 1) {
      throw unsupported("several architectures " + json.path("architectures"));
    }
    Optional<Architecture> known = name.isEmpty() ? byModelType() : Architecture.of(name);
    return known.orElseThrow(
        () ->
            unsupported(
                "the architecture '"
                    + (name.isEmpty() ? json.path("model_type").asString("") : name)
                    + "' (known: "
                    + String.join(", ", Architecture.names())
                    + ")"));
  }

  private Optional<Architecture> byModelType() {
    String type = json.path("model_type").asString("");
    for (Architecture it : Architecture.values()) {
      if (it.modelType().equals(type)) {
        return Optional.of(it);
      }
    }
    return Optional.empty();
  }

  private void refuseOddities() {
    if (json.has("quantization_config")) {
      String method = json.path("quantization_config").path("quant_method").asString("unnamed");
      throw unsupported("the quantisation '" + method + "': take the model as it was before");
    }
    String activation = json.path("hidden_act").asString("silu");
    if (!activation.equals("silu") && !activation.equals("swish")) {
      throw unsupported("the activation '" + activation + "' (known: silu)");
    }
    double attentionDropout = json.path("attention_dropout").asDouble(0);
    if (attentionDropout != 0) {
      throw unsupported("attention_dropout " + attentionDropout);
    }
  }

  private int headSize(Architecture architecture, int hidden, int heads) {
    if (architecture == Architecture.QWEN3) {
      return 128;
    }
    if (hidden % heads != 0) {
      throw json.invalid("hidden_size " + hidden + " is no multiple of " + heads + " heads");
    }
    return hidden / heads;
  }

  private long maxPositions(Architecture architecture) {
    return json.has("max_position_embeddings")
        ? count("max_position_embeddings")
        : architecture.defaultMaxPositions();
  }

  /** The new form names each layer's kind, the old one a layer from which windows are used. */
  private List<Optional<Integer>> windows(Architecture architecture, int layers) {
    boolean isUsed = architecture != Architecture.LLAMA && flag("use_sliding_window", false);
    Optional<Integer> window =
        isUsed && json.has("sliding_window")
            ? Optional.of(count("sliding_window"))
            : Optional.empty();
    int from = json.has("max_window_layers") ? json.path("max_window_layers").asInt() : 28;
    List<Optional<Integer>> windows = new ArrayList<>();
    if (!json.has("layer_types")) {
      for (int i = 0; i < layers; i++) {
        windows.add(i >= from ? window : Optional.empty());
      }
      return windows;
    }
    for (JsonNode it : json.path("layer_types")) {
      switch (it.asString("")) {
        case "full_attention" -> windows.add(Optional.empty());
        case "sliding_attention" -> windows.add(window);
        default -> throw unsupported("the layer type '" + it.asString("") + "'");
      }
    }
    if (windows.size() != layers) {
      throw json.invalid("layer_types names " + windows.size() + " layers of " + layers);
    }
    return windows;
  }

  private Optional<Dtype> dtype() {
    String name = json.path("dtype").asString(json.path("torch_dtype").asString(""));
    return switch (name.startsWith("torch.") ? name.substring(6) : name) {
      case "", "auto" -> Optional.empty();
      case "bfloat16" -> Optional.of(Dtype.BF16);
      case "float16" -> Optional.of(Dtype.F16);
      case "float32" -> Optional.of(Dtype.F32);
      default -> throw unsupported("the dtype '" + name + "' (known: bfloat16, float16, float32)");
    };
  }

  private List<Integer> tokens(String name) {
    List<Integer> tokens = new ArrayList<>();
    JsonNode it = json.path(name);
    if (it.isArray()) {
      it.forEach(token -> tokens.add(token.asInt(-1)));
    } else if (it.isNumber()) {
      tokens.add(it.asInt(-1));
    }
    if (tokens.stream().anyMatch(token -> token < 0)) {
      throw json.invalid(name + " is no token's id: " + it);
    }
    return tokens;
  }

  private boolean flag(String name, boolean otherwise) {
    if (!json.has(name)) {
      return otherwise;
    }
    if (!json.path(name).isBoolean()) {
      throw json.invalid(name + " is neither true nor false: " + json.path(name));
    }
    return json.path(name).booleanValue();
  }

  private int count(String name) {
    JsonNode it = json.path(name);
    if (!it.isIntegralNumber() || it.longValue() <= 0 || it.longValue() > Integer.MAX_VALUE) {
      throw json.invalid(
          it.isMissingNode()
              ? name + " is missing"
              : name + " is no whole number above zero: " + it);
    }
    return (int) it.longValue();
  }

  private double number(String name) {
    return number(json.path(name), name);
  }

  double number(JsonNode it, String name) {
    if (!it.isNumber() || !(it.doubleValue() > 0) || Double.isInfinite(it.doubleValue())) {
      throw json.invalid(name + " is no number above zero: " + it);
    }
    return it.doubleValue();
  }

  TreadleException unsupported(String what) {
    return TrainingError.MODEL_UNSUPPORTED.because(json.file() + ": not supported: " + what);
  }
}
