package dev.treadle.intake;

import dev.treadle.transcript.Blame;
import dev.treadle.transcript.ErrorCode;

/** What can be wrong with what another tool left behind. */
public enum IntakeError implements ErrorCode {
  /** The folder or file to import from is not there or cannot be read. */
  SOURCE_UNREADABLE(4001, Blame.USER),
  /** It holds nothing that the importer knows. */
  NOTHING_TO_IMPORT(4002, Blame.USER);

  private final int number;
  private final Blame blame;

  IntakeError(int number, Blame blame) {
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
