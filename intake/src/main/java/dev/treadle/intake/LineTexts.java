package dev.treadle.intake;

import dev.treadle.transcript.Json;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads single lines of a session file again by their place. */
final class LineTexts implements Closeable {
  private final FileChannel channel;
  private final String fileName;
  private byte[] buffer = new byte[64 << 10];

  LineTexts(Path file) throws IOException {
    this.channel = FileChannel.open(file, StandardOpenOption.READ);
    this.fileName = String.valueOf(file.getFileName());
  }

  /**
   * The {@code message} of a line; the rest of the line, which mirrors it at length, is passed
   * over.
   */
  JsonNode message(SessionRecord record) throws IOException {
    try (JsonParser json = Json.mapper().createParser(read(record), 0, record.length())) {
      json.nextToken();
      for (String name = json.nextName(); name != null; name = json.nextName()) {
        JsonToken value = json.nextToken();
        if (name.equals("message") && value == JsonToken.START_OBJECT) {
          return Json.subtree(json);
        }
        json.skipChildren();
      }
    }
    return Json.object();
  }

  /** The short fields of a line's envelope. */
  JsonNode line(SessionRecord record) throws IOException {
    ObjectNode line = Json.object();
    try (JsonParser json = Json.mapper().createParser(read(record), 0, record.length())) {
      json.nextToken();
      for (String name = json.nextName(); name != null; name = json.nextName()) {
        JsonToken value = json.nextToken();
        if (value == JsonToken.VALUE_STRING) {
          line.put(name, json.getString());
        } else {
          json.skipChildren();
        }
      }
    }
    return line;
  }

  /** Where a conversation came from: the file's name and its first and last line, from 1. */
  JsonNode origin(List<Turn> turns) {
    ObjectNode origin = Json.object();
    origin.put("file", fileName);
    int last = 0;
    for (Turn turn : turns) {
      last = Math.max(last, turn.lines.getLast().line());
      for (@Nullable SessionRecord result : turn.results.values()) {
        last = result == null ? last : Math.max(last, result.line());
      }
    }
    origin.put("first_line", turns.getFirst().first.line());
    origin.put("last_line", last);
    return origin;
  }

  private byte[] read(SessionRecord record) throws IOException {
    if (buffer.length < record.length()) {
      buffer = new byte[Math.max(record.length(), buffer.length * 2)];
    }
    ByteBuffer target = ByteBuffer.wrap(buffer, 0, record.length());
    long at = record.offset();
    while (target.hasRemaining()) {
      int read = channel.read(target, at);
      if (read < 0) {
        throw new EOFException(fileName + " became shorter while it was read");
      }
      at += read;
    }
    return buffer;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
