package dev.treadle.training.model;

import dev.treadle.training.TrainingError;
import dev.treadle.training.safetensors.Weights;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tensors that a model of a shape consists of, and the modules that adapters aim at. */
public final class ModelTensors {
  /** The output head and the embedding, as modules. */
  public static final String HEAD = "lm_head";

  public static final String EMBEDDING = "model.embed_tokens";

  private final ModelShape shape;
  private final Map<String, List<Long>> tensors = new LinkedHashMap<>();
  private final List<String> linear = new ArrayList<>();

  private ModelTensors(ModelShape shape) {
    this.shape = shape;
  }

  public static ModelTensors of(ModelShape shape) {
    ModelTensors it = new ModelTensors(shape);
    it.list();
    return it;
  }

  private void list() {
    long hidden = shape.hidden();
    long queries = (long) shape.heads() * shape.headSize();
    long keys = (long) shape.keyValueHeads() * shape.headSize();
    long inner = shape.feedForward();
    tensors.put(EMBEDDING + ".weight", List.of((long) shape.vocabulary(), hidden));
    for (int i = 0; i < shape.layers(); i++) {
      String layer = "model.layers." + i + ".";
      tensors.put(layer + "input_layernorm.weight", List.of(hidden));
      linear(layer + "self_attn.q_proj", queries, hidden, shape.hasInputBias());
      linear(layer + "self_attn.k_proj", keys, hidden, shape.hasInputBias());
      linear(layer + "self_attn.v_proj", keys, hidden, shape.hasInputBias());
      linear(layer + "self_attn.o_proj", hidden, queries, shape.hasOutputBias());
      if (shape.normsHeads()) {
        tensors.put(layer + "self_attn.q_norm.weight", List.of((long) shape.headSize()));
        tensors.put(layer + "self_attn.k_norm.weight", List.of((long) shape.headSize()));
      }
      tensors.put(layer + "post_attention_layernorm.weight", List.of(hidden));
      linear(layer + "mlp.gate_proj", inner, hidden, shape.hasFeedForwardBias());
      linear(layer + "mlp.up_proj", inner, hidden, shape.hasFeedForwardBias());
      linear(layer + "mlp.down_proj", hidden, inner, shape.hasFeedForwardBias());
    }
    tensors.put("model.norm.weight", List.of(hidden));
    tensors.put(HEAD + ".weight", List.of((long) shape.vocabulary(), hidden));
  }

  private void linear(String module, long out, long in, boolean hasBias) {
    linear.add(module);
    tensors.put(module + ".weight", List.of(out, in));
    if (hasBias) {
      tensors.put(module + ".bias", List.of(out));
    }
  }

  /** The shape of each tensor by name; the output head stands here even where it is tied. */
  public Map<String, List<Long>> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  /** The shape of one of them. */
  public List<Long> shapeOf(String name) {
    List<Long> size = tensors.get(name);
    if (size == null) {
      throw new IllegalArgumentException("the model has no tensor " + name);
    }
    return size;
  }

  /** The linear modules but the output head: what {@code all-linear} means. */
  public List<String> linear() {
    return Collections.unmodifiableList(linear);
  }

  /** All modules that an adapter may aim at. */
  public List<String> modules() {
    List<String> modules = new ArrayList<>();
    modules.add(EMBEDDING);
    modules.addAll(linear);
    modules.add(HEAD);
    return modules;
  }

  /**
   * Checks that a folder holds this model's tensors and no other.
   *
   * @throws dev.treadle.transcript.TreadleException {@link TrainingError#TENSORS_WRONG}
   */
  public void check(Weights weights) {
    for (Map.Entry<String, List<Long>> it : tensors.entrySet()) {
      Weights.Tensor found = weights.tensors().get(it.getKey());
      if (found == null && !(shape.isTied() && it.getKey().equals(HEAD + ".weight"))) {
        throw TrainingError.TENSORS_WRONG.because(
            weights.folder()
                + " lacks the tensor "
                + it.getKey()
                + ", which config.json's "
                + shape.architecture().wire()
                + " has");
      }
      if (found != null && !found.shape().shape().equals(it.getValue())) {
        throw TrainingError.TENSORS_WRONG.because(
            it.getKey()
                + " in "
                + found.shard().file()
                + " has the shape "
                + found.shape().shape()
                + ", and config.json wants "
                + it.getValue());
      }
    }
    for (Weights.Tensor it : weights.tensors().values()) {
      if (!tensors.containsKey(it.name()) && !isLeftover(it.name())) {
        throw TrainingError.TENSORS_WRONG.because(
            it.shard().file()
                + " holds the tensor "
                + it.name()
                + ", which config.json's "
                + shape.architecture().wire()
                + " does not have");
      }
    }
  }

  /** Old Llama folders hold the rotary frequencies, which every program computes anew. */
  private static boolean isLeftover(String name) {
    return name.endsWith(".rotary_emb.inv_freq");
  }
}
