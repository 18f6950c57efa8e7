package dev.treadle.gateway;

import dev.treadle.transcript.Blame;
import dev.treadle.transcript.ErrorCode;
import dev.treadle.transcript.TreadleException;

/** What can be wrong with the gateway's settings, its clients' requests and its keys. */
public enum GatewayError implements ErrorCode {
  /** The settings contradict each other or name something that is not there. */
  SETTINGS_INVALID(6001, Blame.USER),
  /** The address to listen on is taken or not this machine's. */
  CANNOT_LISTEN(6002, Blame.RESOURCES),
  /** The request is not what the wire API asks for. */
  REQUEST_INVALID(6003, Blame.USER),
  /** The key is missing, unknown, or not for this. */
  NOT_ALLOWED(6004, Blame.USER),
  /** There is no key of that name, or there is one already. */
  KEY_NAME(6005, Blame.USER),
  /** No upstream of the route can be asked in this way. */
  NO_UPSTREAM(6006, Blame.USER);

  private final int number;
  private final Blame blame;

  GatewayError(int number, Blame blame) {
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

  /** The failure, with what, which value, where and what to do. */
  public TreadleException because(String message) {
    return new TreadleException(this, message, null);
  }

  /** As {@link #because(String)}, with what lies beneath. */
  public TreadleException because(String message, Throwable cause) {
    return new TreadleException(this, message, cause);
  }
}
