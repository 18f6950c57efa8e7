package dev.treadle.gateway.evaluate;

import java.time.Duration;

/** Puts a question to the judging model. A failure is a value. */
public interface JudgeModel {
  /** Asks that model. */
  Said ask(String model, String prompt, Duration timeout);

  /** What came back. */
  sealed interface Said {
    /** Words. */
    record Words(String text) implements Said {}

    /** Nothing, and why in a word. */
    record Nothing(String why) implements Said {}
  }
}
