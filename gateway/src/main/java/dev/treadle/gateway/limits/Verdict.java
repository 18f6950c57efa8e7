package dev.treadle.gateway.limits;

import java.time.Duration;

/** Whether a call may be made. */
public sealed interface Verdict {
  /** It may; what it may take is set aside. */
  record Granted(Reservation reservation) implements Verdict {}

  /**
   * It comes too early: too many came before it, or hold the money that it may cost.
   *
   * @param retryAfter when there is room for it
   */
  record TooFast(String message, Duration retryAfter) implements Verdict {}

  /** The money is spent: asking again is of no use before the day or the month is over. */
  record TooDear(String message) implements Verdict {}

  /** What is spent cannot be written down, so nothing more is. */
  record Unsafe(String message) implements Verdict {}
}
