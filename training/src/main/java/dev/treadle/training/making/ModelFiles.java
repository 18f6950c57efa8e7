package dev.treadle.training.making;

import dev.treadle.training.TrainingError;
import dev.treadle.training.model.Architecture;
import dev.treadle.training.tokens.Tokenizer;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the configuration files of a model say. In the form of transformers 4 ({@code rope_theta},
 * {@code torch_dtype}), which later versions read, too.
 */
final class ModelFiles {
  private static final double QWEN_ROPE = 1e6;
  private static final double LLAMA_ROPE = 5e5;

  private final ModelPlan plan;
  private final Tokenizer tokenizer;
  private final JsonNode names;

  /**
   * Of a folder that has its tokenizer.
   *
   * @param folder with {@code tokenizer_config.json}
   */
  ModelFiles(ModelPlan plan, Path folder, Tokenizer tokenizer) {
    this.plan = plan;
    this.tokenizer = tokenizer;
    Path file = folder.resolve("tokenizer_config.json");
    try {
      this.names = Json.read(Files.readAllBytes(file));
    } catch (IOException e) {
      throw TrainingError.reading(file, e);
    }
  }

  /** {@code config.json}. */
  ObjectNode configuration() {
    ObjectNode json = Json.object();
    json.putArray("architectures").add(plan.architecture().wire());
    json.put("attention_dropout", 0.0);
    token(json, "bos_token");
    token(json, "eos_token");
    token(json, "pad_token");
    json.put("hidden_act", "silu").put("hidden_size", plan.hidden());
    json.put("initializer_range", plan.spread());
    json.put("intermediate_size", plan.feedForward());
    json.put("max_position_embeddings", plan.context());
    json.put("num_attention_heads", plan.heads()).put("num_hidden_layers", plan.layers());
    json.put("num_key_value_heads", plan.keyValueHeads());
    json.putNull("rope_scaling");
    json.put("tie_word_embeddings", true).put("torch_dtype", "float32");
    json.put("use_cache", true).put("vocab_size", tokenizer.size());
    family(json);
    return json;
  }

  private void family(ObjectNode json) {
    Architecture architecture = plan.architecture();
    switch (architecture) {
      case LLAMA -> {
        json.put("model_type", "llama").put("rms_norm_eps", 1e-5).put("rope_theta", LLAMA_ROPE);
        json.put("attention_bias", false).put("mlp_bias", false);
        json.put("head_dim", plan.headSize()).put("pretraining_tp", 1);
      }
      case QWEN2 -> {
        json.put("model_type", "qwen2").put("rms_norm_eps", 1e-6).put("rope_theta", QWEN_ROPE);
        windows(json);
      }
      case QWEN3 -> {
        json.put("model_type", "qwen3").put("rms_norm_eps", 1e-6).put("rope_theta", QWEN_ROPE);
        json.put("attention_bias", false).put("head_dim", plan.headSize());
        windows(json);
      }
    }
  }

  private void windows(ObjectNode json) {
    json.put("max_window_layers", plan.layers()).putNull("sliding_window");
    json.put("use_sliding_window", false);
  }

  /** {@code generation_config.json}: an answer ends with its turn, a text with its document. */
  ObjectNode generation() {
    ObjectNode json = Json.object();
    token(json, "bos_token");
    token(json, "pad_token");
    ArrayNode ends = json.putArray("eos_token_id");
    id("eos_token").ifPresent(ends::add);
    tokenizer.endOfText().ifPresent(ends::add);
    return json;
  }

  private void token(ObjectNode json, String name) {
    OptionalInt id = id(name);
    if (id.isPresent()) {
      json.put(name + "_id", id.getAsInt());
    } else {
      json.putNull(name + "_id");
    }
  }

  private OptionalInt id(String name) {
    return names.path(name).isString()
        ? tokenizer.id(names.path(name).stringValue())
        : OptionalInt.empty();
  }
}
