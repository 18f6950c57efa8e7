package dev.treadle.transcript;

import java.util.Locale;
import java.util.Optional;

/**
 * What is left of the model's reasoning. An empty text never means that there was none. A record
 * that mixes states has the weakest one: {@code full} says that nothing is missing.
 */
public enum ThinkingState {
  /** Every piece of reasoning is there, word for word. */
  FULL,
  /** A readable summary in place of the reasoning. */
  SUMMARY,
  /** Only the signature of a piece of reasoning whose text the product did not write down. */
  SIGNATURE_ONLY,
  /** Only ciphertext. */
  ENCRYPTED,
  /** Inside the content, between tags. */
  INLINE,
  /** Found in the content by patterns, not marked by the model. */
  EXTRACTED,
  /** None was recorded. */
  ABSENT;

  /** The name on disk. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The state of that name on disk, if there is one. */
  public static Optional<ThinkingState> ofWire(String wire) {
    for (ThinkingState state : values()) {
      if (state.wire().equals(wire)) {
        return Optional.of(state);
      }
    }
    return Optional.empty();
  }
}
