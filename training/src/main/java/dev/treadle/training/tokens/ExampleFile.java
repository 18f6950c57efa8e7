package dev.treadle.training.tokens;

import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.databind.JsonNode;

/** A file of examples: a JSON object a line, or one JSON array of them. */
sealed interface ExampleFile extends AutoCloseable {
  /**
   * One of them, not yet read.
   *
   * @param where file and line, for messages
   * @param bytes of its JSON; empty if there were too many
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Entry(String where, byte[] bytes) {
    /** Its JSON, or nothing if it is none. */
    Optional<JsonNode> json() {
      try {
        return bytes.length == 0 ? Optional.empty() : Optional.of(Json.read(bytes));
      } catch (TreadleException e) {
        return Optional.empty();
      }
    }
  }

  /** The next one, or nothing. */
  Optional<Entry> next() throws IOException;

  /** The SHA-256 of the file, once it was read to its end. */
  String sha256();

  @Override
  void close() throws IOException;

  static ExampleFile open(Path file) throws IOException {
    HashedInput in = new HashedInput(file);
    return isArray(file) ? new OfArray(file, in) : new OfLines(file, in);
  }

  private static boolean isArray(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      int first = in.read();
      while (first >= 0 && first <= ' ') {
        first = in.read();
      }
      return first == '[';
    }
  }

  /** An object a line. */
  final class OfLines implements ExampleFile {
    private final Path file;
    private final HashedInput in;
    private long number;

    OfLines(Path file, HashedInput in) {
      this.file = file;
      this.in = in;
    }

    @Override
    public Optional<Entry> next() throws IOException {
      Optional<byte[]> line = in.line();
      number++;
      while (line.isPresent() && isBlank(line.get())) {
        line = in.line();
        number++;
      }
      return line.map(
          it -> new Entry(file + ":" + number, it.length > Json.MAX_LINE_BYTES ? new byte[0] : it));
    }

    private static boolean isBlank(byte[] line) {
      for (byte it : line) {
        if (it < 0 || it > ' ') {
          return false;
        }
      }
      return true;
    }

    @Override
    public String sha256() {
      return in.sha256();
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /** An array of objects; after something that is no JSON nothing more is read. */
  final class OfArray implements ExampleFile {
    private final Path file;
    private final HashedInput in;
    private final JsonParser json;
    private long number;
    private boolean isAtEnd;

    OfArray(Path file, HashedInput in) {
      this.file = file;
      this.in = in;
      this.json = Json.factory().createParser(ObjectReadContext.empty(), in.stream());
    }

    @Override
    public Optional<Entry> next() throws IOException {
      if (isAtEnd) {
        return Optional.empty();
      }
      String where = file + ", entry " + ++number;
      try {
        JsonToken token = json.nextToken();
        token = number == 1 && token == JsonToken.START_ARRAY ? json.nextToken() : token;
        if (token == null || token == JsonToken.END_ARRAY) {
          isAtEnd = true;
          in.finish();
          return Optional.empty();
        }
        return Optional.of(new Entry(where, Json.write(Json.subtree(json))));
      } catch (JacksonException e) {
        isAtEnd = true;
        in.finish();
        return Optional.of(new Entry(where, new byte[0]));
      }
    }

    @Override
    public String sha256() {
      return in.sha256();
    }

    @Override
    public void close() throws IOException {
      json.close();
      in.close();
    }
  }
}
