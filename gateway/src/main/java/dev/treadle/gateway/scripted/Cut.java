package dev.treadle.gateway.scripted;

import java.util.Locale;

/** How a connection ends before its answer does. */
public enum Cut {
  /** The socket is closed (FIN) between two events: HTTP's own end is missing. */
  CLOSE,
  /** The socket is reset (RST). */
  RESET,
  /** HTTP ends properly, only the answer is not complete: what a careless proxy makes of a cut. */
  END,
  /**
   * The socket is closed inside an event: half an HTTP chunk, and half a UTF-8 character if any.
   */
  MIDDLE;

  /** The name in a script. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
