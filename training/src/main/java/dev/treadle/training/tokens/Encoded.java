package dev.treadle.training.tokens;

import java.util.List;

/** What encoding a chat gives: sequences, or why not. */
public sealed interface Encoded permits Encoded.Sequences, Skipped {
  /** One sequence, or several where later turns rewrite what was shown before. */
  record Sequences(List<Sequence> sequences) implements Encoded {
    public Sequences {
      sequences = List.copyOf(sequences);
    }
  }
}
