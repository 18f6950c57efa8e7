package dev.treadle.training.tokens;

/** Leaves the reading of a line from its depths; never leaves {@link ChatReader}. */
final class SkipException extends RuntimeException {
  final Skipped skipped;

  SkipException(Skip reason, String detail) {
    super(detail, null, false, false);
    this.skipped = new Skipped(reason, detail);
  }
}
