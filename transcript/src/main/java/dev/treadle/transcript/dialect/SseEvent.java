package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One server-sent event with the bytes that it came as (WHATWG HTML, section 9.2). What ends in a
 * blank line counts as one, so that no byte of a stream belongs to none: comments, and lines of
 * {@code id:} or {@code retry:} alone, are events without data.
 */
public final class SseEvent {
  private final String name;
  private final @Nullable String data;
  private final byte[] raw;

  /** The data once it was read, if it is a JSON object. */
  private @Nullable ObjectNode object;

  private boolean isRead;

  private SseEvent(String name, @Nullable String data, byte[] raw) {
    this.name = name;
    this.data = data;
    this.raw = raw;
  }

  /** An event to be sent; without an {@code event:} line if the name is empty. */
  public static SseEvent of(String name, String data) {
    StringBuilder text = new StringBuilder(data.length() + 32);
    if (!name.isEmpty()) {
      text.append("event: ").append(name).append('\n');
    }
    int from = 0;
    for (int end = data.indexOf('\n'); end >= 0; end = data.indexOf('\n', from)) {
      text.append("data: ").append(data, from, end).append('\n');
      from = end + 1;
    }
    text.append("data: ").append(data, from, data.length()).append("\n\n");
    return new SseEvent(name, data, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** As {@link #of(String, String)}, with JSON on one line. */
  static SseEvent of(String name, JsonNode data) {
    return of(name, new String(Json.write(data), StandardCharsets.UTF_8));
  }

  /** Reads the lines of one event; only a stream's first one may open with a byte order mark. */
  static SseEvent parse(byte[] raw, boolean isFirst) {
    String name = "";
    StringBuilder joined = null;
    String data = null;
    int at = isFirst && startsWithBom(raw) ? 3 : 0;
    while (at < raw.length) {
      int end = at;
      while (end < raw.length && raw[end] != '\n' && raw[end] != '\r') {
        end++;
      }
      if (isField(raw, at, end, "data")) {
        String value = value(raw, at + 4, end);
        if (data == null) {
          data = value;
        } else {
          joined = joined == null ? new StringBuilder(data) : joined;
          joined.append('\n').append(value);
        }
      } else if (isField(raw, at, end, "event")) {
        name = value(raw, at + 5, end);
      }
      at = end + 1;
    }
    return new SseEvent(name, joined == null ? data : joined.toString(), raw);
  }

  private static boolean startsWithBom(byte[] raw) {
    return raw.length >= 3
        && raw[0] == (byte) 0xEF
        && raw[1] == (byte) 0xBB
        && raw[2] == (byte) 0xBF;
  }

  private static boolean isField(byte[] raw, int from, int end, String field) {
    int length = field.length();
    if (end - from < length || (end - from > length && raw[from + length] != ':')) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (raw[from + i] != field.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static String value(byte[] raw, int colon, int end) {
    int from = Math.min(colon + 1, end);
    if (from < end && raw[from] == ' ') {
      from++;
    }
    return new String(raw, from, end - from, StandardCharsets.UTF_8);
  }

  /** What its {@code event:} line says; empty if there is none. */
  public String name() {
    return name;
  }

  /** Its {@code data:} lines, joined by line feeds; empty if there are none. */
  public String data() {
    return data == null ? "" : data;
  }

  /**
   * Its data as a JSON object, or nothing if it is none. It is read once, by one thread, and
   * shared: not to be changed.
   */
  public Optional<ObjectNode> object() {
    if (!isRead) {
      isRead = true;
      try {
        object = Json.read(data()) instanceof ObjectNode node ? node : null;
      } catch (TreadleException e) {
        object = null;
      }
    }
    return Optional.ofNullable(object);
  }

  /** Whether it has no {@code data:} line: a keep-alive, which tells the client nothing. */
  public boolean isComment() {
    return data == null;
  }

  /** Its exact bytes, with the blank line that ends it. Not to be changed. */
  public byte[] raw() {
    return raw;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SseEvent it && Arrays.equals(raw, it.raw);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(raw);
  }

  @Override
  public String toString() {
    return new String(raw, StandardCharsets.UTF_8);
  }
}
