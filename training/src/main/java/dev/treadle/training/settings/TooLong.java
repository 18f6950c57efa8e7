package dev.treadle.training.settings;

/** What happens to an example that has more tokens than fit. */
public enum TooLong {
  /** Its beginning is kept. */
  CUT,
  /** It is left out, and counted. */
  SKIP,
  /** The run does not begin. */
  FAIL
}
