package dev.treadle.store.redaction;

/** A secret or a piece of personal data found in a text, as a range of its UTF-16 units. */
public record Finding(int start, int end, Family family) {
  public Finding {
    if (start < 0 || end <= start) {
      throw new IllegalArgumentException("A finding needs 0 <= start < end: " + start + ", " + end);
    }
  }
}
