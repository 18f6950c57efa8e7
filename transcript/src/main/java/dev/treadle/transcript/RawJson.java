package dev.treadle.transcript;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.databind.JsonNode;

/**
 * JSON that is kept as its bytes: one JSON value in UTF-8, checked once and never written anew, so
 * that what was received can be passed on and kept without a tree of it. Equal when the bytes are.
 */
public final class RawJson {
  private final byte[] bytes;

  private RawJson(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * The value that these bytes are; they must not change any more.
   *
   * @throws TreadleException {@link TranscriptError#NOT_JSON} with the place, where they are not
   *     exactly one JSON value within the limits of {@link Json}
   */
  public static RawJson of(byte[] utf8) {
    try (JsonParser parser = Json.factory().createParser(ObjectReadContext.empty(), utf8)) {
      if (parser.nextToken() == null) {
        throw new TreadleException(TranscriptError.NOT_JSON, "not JSON: there is no value");
      }
      parser.skipChildren();
      // Skipped texts are only walked over; a scalar at the top has to be asked for.
      if (parser.currentToken().isScalarValue()) {
        parser.getString();
      }
      if (parser.nextToken() != null) {
        throw new TreadleException(
            TranscriptError.NOT_JSON, "not JSON: something follows the first value");
      }
    } catch (JacksonException e) {
      throw Json.notJson(e);
    }
    return new RawJson(utf8);
  }

  /** The same without the check, for bytes that the caller has parsed already. */
  public static RawJson trusted(byte[] utf8) {
    return new RawJson(utf8);
  }

  /** The compact form of a tree. */
  public static RawJson of(JsonNode node) {
    return new RawJson(Json.write(node));
  }

  /** The bytes themselves: not to be modified. */
  public byte[] bytes() {
    return bytes;
  }

  /** How many bytes they are. */
  public int length() {
    return bytes.length;
  }

  /** The value as a tree, made anew with each call. */
  public JsonNode tree() {
    return Json.read(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RawJson raw && Arrays.equals(bytes, raw.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
