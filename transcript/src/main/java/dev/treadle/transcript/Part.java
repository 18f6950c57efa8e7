package dev.treadle.transcript;

import tools.jackson.databind.JsonNode;

/** One part of a content. */
public sealed interface Part {
  /** A text. */
  record Text(String text) implements Part {}

  /**
   * A part that lies in the lake's {@code blobs/} because it is long; exporters put it back.
   *
   * @param sha256 of its bytes, 64 hexadecimal digits
   * @param bytes its length
   * @param mediaType {@link #TEXT} or {@link #PART}
   */
  record Blob(String sha256, long bytes, String mediaType) implements Part {
    /** The media type of a text that was too long for the line. */
    public static final String TEXT = "text/plain";

    /**
     * The media type of a part that is no text, kept whole as JSON: an image with its bytes in it,
     * for one.
     */
    public static final String PART = "application/json";

    public Blob {
      if (sha256.length() != 64 || bytes < 0) {
        throw new IllegalArgumentException("not a blob: " + sha256 + ", " + bytes + " bytes");
      }
    }
  }

  /**
   * A part of a type that Treadle does not name (an image address, a document …), kept as it came.
   */
  record Unknown(JsonNode json) implements Part {}
}
