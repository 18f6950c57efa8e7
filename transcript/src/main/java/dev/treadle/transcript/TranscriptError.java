package dev.treadle.transcript;

/** What can be wrong with a record. */
public enum TranscriptError implements ErrorCode {
  /** A line is not JSON, or not one JSON object. */
  NOT_JSON(1001),
  /**
   * A line is JSON but not an example: a field is missing, of the wrong type, or of an unknown
   * kind.
   */
  NOT_AN_EXAMPLE(1002),
  /** A line was written by a newer Treadle. */
  NEWER_VERSION(1003),
  /** A line is JSON but not an exchange. */
  NOT_AN_EXCHANGE(1020),
  /** A line is JSON but not a feedback. */
  NOT_A_FEEDBACK(1021);

  private final int number;

  TranscriptError(int number) {
    this.number = number;
  }

  @Override
  public int number() {
    return number;
  }

  @Override
  public Blame blame() {
    return Blame.USER;
  }
}
