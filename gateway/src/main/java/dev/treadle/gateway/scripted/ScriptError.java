package dev.treadle.gateway.scripted;

import dev.treadle.transcript.Blame;
import dev.treadle.transcript.ErrorCode;
import dev.treadle.transcript.TreadleException;
import org.jspecify.annotations.Nullable;

/** What can be wrong with a script, or with the socket that it is played on. */
public enum ScriptError implements ErrorCode {
  /** The script says something that is not known or not possible. */
  SCRIPT_INVALID(6901, Blame.USER),
  /** No loopback port could be opened. */
  NO_PORT(6902, Blame.RESOURCES);

  private final int number;
  private final Blame blame;

  ScriptError(int number, Blame blame) {
    this.number = number;
    this.blame = blame;
  }

  TreadleException because(String message) {
    return new TreadleException(this, message);
  }

  TreadleException because(String message, @Nullable Throwable cause) {
    return new TreadleException(this, message, cause);
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
