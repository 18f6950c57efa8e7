package dev.treadle.curation;

import dev.treadle.transcript.TreadleException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Lines between two steps, on disk, in parts: all of one key lie in one part, and a part fits in
 * memory where the whole need not. Deleted when closed.
 */
final class KeyedLines implements AutoCloseable {
  private static final int PARTS = 256;
  private static final int BUFFER = 32 << 10;

  private final Path folder;
  private final @Nullable DataOutputStream[] writers = new DataOutputStream[PARTS];
  private final boolean[] written = new boolean[PARTS];

  KeyedLines(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  static int parts() {
    return PARTS;
  }

  /** Adds a line under {@code key}; everything under the empty key goes to part 0. */
  void add(String key, byte[] line) {
    int part = key.isEmpty() ? 0 : part(key);
    byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
    try {
      DataOutputStream writer = writer(part);
      writer.writeInt(keyBytes.length);
      writer.write(keyBytes);
      writer.writeInt(line.length);
      writer.write(line);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** The parts sort as their keys' first two hexadecimal digits do, where keys begin so. */
  private static int part(String key) {
    int high = Character.digit(key.charAt(0), 16);
    int low = key.length() > 1 ? Character.digit(key.charAt(1), 16) : -1;
    return high >= 0 && low >= 0 ? high * 16 + low : (key.hashCode() & 0x7FFF_FFFF) % PARTS;
  }

  private DataOutputStream writer(int part) throws IOException {
    DataOutputStream writer = writers[part];
    if (writer == null) {
      writer =
          new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file(part)), BUFFER));
      writers[part] = writer;
      written[part] = true;
    }
    return writer;
  }

  /** Ends writing. */
  void end() {
    try {
      for (int part = 0; part < PARTS; part++) {
        DataOutputStream writer = writers[part];
        if (writer != null) {
          writer.close();
          writers[part] = null;
        }
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** One line and its key. */
  static final class Entry {
    private final String key;
    private final byte[] line;

    private Entry(String key, byte[] line) {
      this.key = key;
      this.line = line;
    }

    String key() {
      return key;
    }

    byte[] line() {
      return line;
    }
  }

  /** The entries of a part in the order in which they were added; to be read to the end. */
  Iterator<Entry> part(int part) {
    if (!written[part]) {
      return java.util.Collections.emptyIterator();
    }
    try {
      return new Entries(
          new DataInputStream(new BufferedInputStream(Files.newInputStream(file(part)), BUFFER)));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private final class Entries implements Iterator<Entry> {
    private final DataInputStream in;
    private @Nullable Entry next;

    Entries(DataInputStream in) {
      this.in = in;
      advance();
    }

    private void advance() {
      try {
        byte[] key = new byte[in.readInt()];
        in.readFully(key);
        byte[] line = new byte[in.readInt()];
        in.readFully(line);
        next = new Entry(new String(key, StandardCharsets.UTF_8), line);
      } catch (EOFException e) {
        next = null;
        closeQuietly();
      } catch (IOException e) {
        throw failed(e);
      }
    }

    private void closeQuietly() {
      try {
        in.close();
      } catch (IOException e) {
        throw failed(e);
      }
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public Entry next() {
      Entry entry = next;
      if (entry == null) {
        throw new NoSuchElementException();
      }
      advance();
      return entry;
    }
  }

  private Path file(int part) {
    return folder.resolve("part-" + part);
  }

  private TreadleException failed(IOException e) {
    return new TreadleException(
        CurationError.SPILL_FAILED,
        "intermediate results cannot be kept in "
            + folder
            + " ("
            + e.getMessage()
            + "): free some space there and run it again",
        e);
  }

  @Override
  public void close() {
    try {
      end();
      for (int part = 0; part < PARTS; part++) {
        Files.deleteIfExists(file(part));
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
