package dev.treadle.transcript;

import tools.jackson.databind.JsonNode;

/**
 * Examples to and from one line of JSON.
 *
 * <p>Written: the fields in the order of the schema ({@code docs/records/example.schema.json}),
 * absent ones left out, no line feed inside. Read: fields that are not named are kept, an example's
 * in {@link Header#extra()} and a message's in {@link Message#extra()}; the line's checksum is
 * ignored. Reading what was written gives an equal example.
 */
public final class ExampleCodec {
  /** The version that is written; a line of a newer one is refused. */
  public static final int VERSION = 1;

  private ExampleCodec() {}

  /**
   * One line without its line feed, in UTF-8. A half of a surrogate pair, which UTF-8 cannot
   * express, becomes U+FFFD.
   */
  public static byte[] encode(Example example) {
    return ExampleWriter.write(example);
  }

  /**
   * The example of a line.
   *
   * @throws TreadleException if the line is not one
   */
  public static Example decode(byte[] line) {
    return decode(Json.read(line));
  }

  /** As {@link #decode(byte[])}. */
  public static Example decode(JsonNode line) {
    try {
      return ExampleReader.read(line);
    } catch (IllegalArgumentException e) {
      throw new TreadleException(
          TranscriptError.NOT_AN_EXAMPLE, "not an example: " + e.getMessage(), e);
    }
  }

  /**
   * The text with every half of a surrogate pair replaced by U+FFFD; the same instance if there is
   * none.
   */
  public static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return repaired(text);
      }
    }
    return text;
  }

  private static String repaired(String text) {
    StringBuilder repaired = new StringBuilder(text);
    for (int i = 0; i < repaired.length(); i++) {
      if (Character.isHighSurrogate(repaired.charAt(i))
          && i + 1 < repaired.length()
          && Character.isLowSurrogate(repaired.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(repaired.charAt(i))) {
        repaired.setCharAt(i, '\uFFFD');
      }
    }
    return repaired.toString();
  }
}
