package dev.treadle.training.settings;

/** In which numbers is computed. What is trained, its gradients and moments are float32 always. */
public enum Precision {
  FLOAT32,
  BFLOAT16,
  /** The base's matrices lie in memory as int8 with a scale for each row; computed in float32. */
  INT8_BASE
}
