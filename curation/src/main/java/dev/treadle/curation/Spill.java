package dev.treadle.curation;

import dev.treadle.transcript.Example;
import dev.treadle.transcript.ExampleCodec;
import java.nio.file.Path;
import java.util.Iterator;

/** Examples between two stages, on disk, in parts; deleted when closed. */
final class Spill implements AutoCloseable {
  private final KeyedLines lines;

  Spill(Path folder) {
    lines = new KeyedLines(folder);
  }

  static int parts() {
    return KeyedLines.parts();
  }

  /** Adds an example under {@code key}; everything under the empty key goes to part 0. */
  void add(String key, Example example) {
    lines.add(key, ExampleCodec.encode(example));
  }

  /** Ends writing. */
  void end() {
    lines.end();
  }

  /** One spilled example and its key. */
  record Entry(String key, Example example) {}

  /** The entries of a part in the order in which they were added; to be read to the end. */
  Iterator<Entry> part(int part) {
    Iterator<KeyedLines.Entry> entries = lines.part(part);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return entries.hasNext();
      }

      @Override
      public Entry next() {
        KeyedLines.Entry entry = entries.next();
        return new Entry(entry.key(), ExampleCodec.decode(entry.line()));
      }
    };
  }

  @Override
  public void close() {
    lines.close();
  }
}
