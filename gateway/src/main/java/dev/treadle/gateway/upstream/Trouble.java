package dev.treadle.gateway.upstream;

import java.util.Locale;

/** Why a call of an upstream came to nothing, or not to its end. */
public enum Trouble {
  /** No connection: refused, unknown host, no handshake. */
  CONNECT_FAILED,
  /** Nothing that a client could see came in time. */
  FIRST_CONTENT_TIMEOUT,
  /** The answer began, and then nothing more came. */
  STALLED,
  /** The connection ended before the answer did. */
  UPSTREAM_CUT,
  /** What came is not HTTP, or not the kind of body that was asked for. */
  BAD_ANSWER,
  /** The answer, or one event of it, is larger than the limit. */
  TOO_LARGE,
  /** As many calls as the upstream may have are under way. */
  SATURATED,
  /** The upstream failed again and again; it is left alone for a while. */
  BREAKER_OPEN,
  /** The time that the whole chain has is over. */
  DEADLINE,
  /** The gateway ends. */
  STOPPING,
  /** The client went away. */
  CLIENT_GONE,
  /** The client took nothing for too long. */
  CLIENT_STUCK;

  /** The word in the log. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it says something about the upstream. */
  public boolean isUpstreams() {
    return switch (this) {
      case CONNECT_FAILED, FIRST_CONTENT_TIMEOUT, STALLED, UPSTREAM_CUT, BAD_ANSWER, TOO_LARGE ->
          true;
      case SATURATED, BREAKER_OPEN, DEADLINE, STOPPING, CLIENT_GONE, CLIENT_STUCK -> false;
    };
  }

  /** Whether there is nobody left to answer. */
  public boolean isClients() {
    return this == CLIENT_GONE || this == CLIENT_STUCK;
  }

  /** Whether the call is over for good, whoever else could be asked. */
  public boolean isFinal() {
    return this == DEADLINE || this == STOPPING || isClients();
  }
}
