package dev.treadle.transcript;

/** What can be wrong with a record, or with what a wire API says. */
public enum TranscriptError implements ErrorCode {
  /** A line is not JSON, or not one JSON object. */
  NOT_JSON(1001, Blame.USER),
  /**
   * A line is JSON but not an example: a field is missing, of the wrong type, or of an unknown
   * kind.
   */
  NOT_AN_EXAMPLE(1002, Blame.USER),
  /** A line was written by a newer Treadle. */
  NEWER_VERSION(1003, Blame.USER),
  /** A body is not a request of its wire API: a required field is missing or of the wrong type. */
  NOT_A_REQUEST(1004, Blame.USER),
  /** A body is not an answer of its wire API. */
  NOT_AN_ANSWER(1005, Blame.UPSTREAM),
  /** There is no translation into that wire API. */
  NO_TRANSLATION(1006, Blame.USER),
  /** One event of a stream is longer than the limit. */
  EVENT_TOO_LARGE(1007, Blame.UPSTREAM),
  /** A line is JSON but not an exchange. */
  NOT_AN_EXCHANGE(1020, Blame.USER),
  /** A line is JSON but not a feedback. */
  NOT_A_FEEDBACK(1021, Blame.USER);

  private final int number;
  private final Blame blame;

  TranscriptError(int number, Blame blame) {
    this.number = number;
    this.blame = blame;
  }

  @Override
  public int number() {
    return number;
  }

  @Override
  public Blame blame() {
    return blame;
  }
}
