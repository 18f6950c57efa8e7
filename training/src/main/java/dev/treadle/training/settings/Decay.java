package dev.treadle.training.settings;

/** How the learning rate falls after it has risen. */
public enum Decay {
  COSINE,
  LINEAR,
  /** It does not fall. */
  CONSTANT
}
