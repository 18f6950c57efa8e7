package dev.treadle.routing;

import dev.treadle.transcript.Blame;
import dev.treadle.transcript.ErrorCode;
import dev.treadle.transcript.TreadleException;
import org.jspecify.annotations.Nullable;

/** Routing's failures: numbers 7000 to 7999. */
public enum RoutingError implements ErrorCode {
  POLICY_INVALID(7001, Blame.USER),
  POLICY_NEWER(7002, Blame.USER),
  ROUTER_INVALID(7003, Blame.USER),
  TOO_LITTLE(7010, Blame.USER),
  TOO_MUCH(7011, Blame.USER);

  private final int number;
  private final Blame blame;

  RoutingError(int number, Blame blame) {
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

  TreadleException because(String message) {
    return because(message, null);
  }

  TreadleException because(String message, @Nullable Throwable cause) {
    return new TreadleException(this, message, cause);
  }
}
