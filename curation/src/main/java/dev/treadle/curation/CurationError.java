package dev.treadle.curation;

import dev.treadle.transcript.Blame;
import dev.treadle.transcript.ErrorCode;

/** What can go wrong between the log and a dataset. */
public enum CurationError implements ErrorCode {
  /**
   * A recipe names a stage or a parameter that does not exist, or gives it a value that it cannot
   * have.
   */
  RECIPE_INVALID(5001, Blame.USER),
  /** Nothing was left to make a dataset of. */
  NOTHING_LEFT(5002, Blame.USER),
  /** Intermediate results could not be written or read. */
  SPILL_FAILED(5003, Blame.RESOURCES),
  /** An export's folder cannot be written. */
  EXPORT_FAILED(5004, Blame.RESOURCES),
  /** An export's folder holds something else already. */
  EXPORT_EXISTS(5005, Blame.USER),
  /** A long text of an exchange is not in the lake any more. */
  BLOB_GONE(5006, Blame.RESOURCES);

  private final int number;
  private final Blame blame;

  CurationError(int number, Blame blame) {
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
