package dev.treadle.training.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A family of models whose layers are built alike, by the name in {@code config.json}. */
public enum Architecture {
  LLAMA("LlamaForCausalLM", "llama", 1e-6, 10_000, 2048),
  QWEN2("Qwen2ForCausalLM", "qwen2", 1e-6, 10_000, 32_768),
  QWEN3("Qwen3ForCausalLM", "qwen3", 1e-6, 10_000, 32_768);

  private final String wire;
  private final String modelType;
  private final double epsilon;
  private final double ropeBase;
  private final long maxPositions;

  Architecture(String wire, String modelType, double epsilon, double ropeBase, long maxPositions) {
    this.wire = wire;
    this.modelType = modelType;
    this.epsilon = epsilon;
    this.ropeBase = ropeBase;
    this.maxPositions = maxPositions;
  }

  /** As {@code architectures} names it. */
  public String wire() {
    return wire;
  }

  /** As {@code model_type} names it. */
  String modelType() {
    return modelType;
  }

  /** What a missing {@code rms_norm_eps} means. */
  double defaultEpsilon() {
    return epsilon;
  }

  /** What a missing {@code rope_theta} means. */
  double defaultRopeBase() {
    return ropeBase;
  }

  /** What a missing {@code max_position_embeddings} means. */
  long defaultMaxPositions() {
    return maxPositions;
  }

  static Optional<Architecture> of(String wire) {
    for (Architecture it : values()) {
      if (it.wire.equals(wire)) {
        return Optional.of(it);
      }
    }
    return Optional.empty();
  }

  static List<String> names() {
    List<String> names = new ArrayList<>();
    for (Architecture it : values()) {
      names.add(it.wire);
    }
    return names;
  }
}
