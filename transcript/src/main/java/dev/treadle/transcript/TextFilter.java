package dev.treadle.transcript;

import java.util.Optional;

/** What becomes of a record's texts when it is written: the door's part in a {@link JsonCopy}. */
public interface TextFilter {
  /** Keeps every text as it is, and where it is. */
  TextFilter NONE = text -> text;

  /** The text as it may be kept; the same instance where nothing changes. */
  String clean(String text);

  /**
   * Keeps a long text of a body, which is clean already, outside of the line.
   *
   * @param utf8 its bytes; they do not change any more
   * @return its name there, 64 hexadecimal digits; empty where it is to stay in the line
   */
  default Optional<String> moved(byte[] utf8) {
    return Optional.empty();
  }
}
