package dev.treadle.store;

/** When an appended line is safe from a power cut. */
public enum Durability {
  /** Before {@code append} returns. */
  BEFORE_ANSWER,
  /** A few milliseconds later: together with the lines of others, when the ticket says so. */
  GROUP_COMMIT
}
