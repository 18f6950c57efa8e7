package dev.treadle.gateway.scripted;

import java.time.Duration;

/**
 * How fast an answer comes.
 *
 * @param delay before its first byte
 * @param pause before each piece of content of a stream after the first one
 * @param characters how long a piece of content is
 */
public record Pace(Duration delay, Duration pause, int characters) {
  /** At once, in pieces of a few words. */
  public static final Pace AT_ONCE = new Pace(Duration.ZERO, Duration.ZERO, 12);

  public Pace {
    if (delay.isNegative() || pause.isNegative() || characters < 1) {
      throw ScriptError.SCRIPT_INVALID.because(
          "delay_ms and chunk_ms must not be negative, chunk must be 1 or more: got "
              + delay.toMillis()
              + ", "
              + pause.toMillis()
              + ", "
              + characters);
    }
  }
}
