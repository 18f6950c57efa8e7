package dev.treadle.curation;

/** Where a format puts the model's reasoning. */
public enum Thinking {
  /** Under {@code reasoning_content}; {@link #INLINE} where the trainer reads no such key. */
  KEY,
  /** Before the answer, as {@code <think>\n…\n</think>\n\n}. */
  INLINE,
  /** Nowhere. */
  DROP
}
