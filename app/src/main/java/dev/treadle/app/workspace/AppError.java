package dev.treadle.app.workspace;

import dev.treadle.transcript.Blame;
import dev.treadle.transcript.ErrorCode;
import dev.treadle.transcript.TreadleException;
import org.jspecify.annotations.Nullable;

/** What can go wrong between the command line and the stations. */
public enum AppError implements ErrorCode {
  /** There is no workspace where one was looked for. */
  NO_WORKSPACE(9001, Blame.USER),
  /** {@code treadle.yaml} is not YAML, or has an unknown key or a wrong value. */
  CONFIGURATION_INVALID(9002, Blame.USER),
  /** A file of the workspace cannot be read or written. */
  WORKSPACE_UNUSABLE(9003, Blame.RESOURCES),
  /** An option's value is wrong. */
  OPTION_INVALID(9004, Blame.USER),
  /** What is asked for is not there. */
  NOT_FOUND(9005, Blame.USER),
  /** A question was asked and nobody can answer it. */
  NO_ANSWER(9006, Blame.USER),
  /** Another process has what this one needs. */
  BUSY(9007, Blame.RESOURCES);

  private final int number;
  private final Blame blame;

  AppError(int number, Blame blame) {
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

  /** An exception of this code. */
  public TreadleException because(String message) {
    return new TreadleException(this, message);
  }

  /** An exception of this code with its cause. */
  public TreadleException because(String message, @Nullable Throwable cause) {
    return new TreadleException(this, message, cause);
  }
}
