package dev.treadle.store;

import dev.treadle.transcript.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** The two fields of a line that the store itself understands; the parsing stops behind them. */
record LineKeys(@Nullable String id, @Nullable String digest) {
  private static final JsonFactory JSON = Json.factory();
  private static final LineKeys NONE = new LineKeys(null, null);

  /** The id alone: it stands at the front, so the texts behind it are not looked at. */
  static @Nullable String idOf(LineScanner line) {
    return of(line.buffer(), line.start(), line.length(), false).id();
  }

  static LineKeys of(LineScanner line) {
    return of(line.buffer(), line.start(), line.length());
  }

  static LineKeys of(byte[] bytes, int from, int length) {
    return of(bytes, from, length, true);
  }

  private static LineKeys of(byte[] bytes, int from, int length, boolean withDigest) {
    String id = null;
    String digest = null;
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), bytes, from, length)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return NONE;
      }
      while ((id == null || (withDigest && digest == null))
          && parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (value == JsonToken.VALUE_STRING && name.equals("id")) {
          id = parser.getString();
        } else if (value == JsonToken.VALUE_STRING && name.equals("digest")) {
          digest = parser.getString();
        } else {
          parser.skipChildren();
        }
      }
    } catch (JacksonException e) {
      // A line that is no JSON has no identity: it is read as it is, and never superseded.
      return NONE;
    }
    return new LineKeys(id, digest);
  }
}
