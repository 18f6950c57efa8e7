package dev.treadle.training.tokens;

/**
 * That an example is not trained on.
 *
 * @param detail for people: what exactly, in one line
 */
public record Skipped(Skip reason, String detail) implements ChatReading, Encoded {
  public Skipped {
    detail = detail.replaceAll("\\s+", " ").strip();
  }
}
