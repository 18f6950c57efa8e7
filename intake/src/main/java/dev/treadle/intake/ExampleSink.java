package dev.treadle.intake;

import dev.treadle.transcript.Example;

/** Where imported examples go: the lake, through its door. */
@FunctionalInterface
public interface ExampleSink {
  /** What became of an example. */
  enum Kept {
    /** Its id was not there. */
    ADDED,
    /** Its id was there and said something else. */
    REVISED,
    /** It was there, word for word. */
    UNCHANGED,
    /** Its line would be longer than the lake takes. */
    TOO_LARGE,
    /** It was there and its person asked that it be forgotten. */
    FORGOTTEN
  }

  /** Takes one example. */
  Kept keep(Example example);
}
