package dev.treadle.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;

/**
 * What the last revision of every id of a stream says: an index of ids and digests, about 43 bytes
 * of memory a record. It is a picture of the moment it was opened; {@link #note} adds what its
 * owner appends afterwards. For one thread.
 *
 * <p>The index is kept in {@code cache/} with the segments that it covers, so that the next opening
 * reads only what is new. A revision in a later segment wins even over one that was read after it:
 * so the cache changes no answer.
 */
public final class Heads {
  private static final int NOTED = 0;

  private final HeadsContent content;
  private final Forgotten forgotten;
  private final MessageDigest sha256 = IdTable.sha256();
  private long newLines;

  /** How a record stands to what the lake holds. */
  public enum Standing {
    /** No record has this id. */
    NEW,
    /** The last revision says the same: nothing to do. */
    SAME,
    /** The last revision says something else: append this one. */
    REVISED,
    /** It was forgotten and is not to come back. */
    FORGOTTEN
  }

  private Heads(HeadsContent content, Forgotten forgotten) {
    this.content = content;
    this.forgotten = forgotten;
  }

  static Heads open(Disk disk, Layout layout, Stream stream, int lineLimit) {
    Path folder = layout.stream(stream);
    try {
      List<Segments.Found> segments = Segments.list(disk, folder);
      HeadsContent known = HeadsContent.read(disk, HeadsContent.file(layout, stream));
      Heads heads =
          new Heads(
              known.fits(disk, segments) ? known : new HeadsContent(),
              Forgotten.read(disk, layout));
      for (Segments.Found segment : segments) {
        heads.read(disk, segment, lineLimit);
      }
      return heads;
    } catch (IOException e) {
      throw StoreError.reading(folder, e);
    }
  }

  /** Keeps the index for the next opening, where enough of it is new. */
  Heads saved(TemporaryFiles temporary, Disk disk, Layout layout, Stream stream) {
    if (newLines * 8 >= size() && newLines > 0) {
      try {
        content.write(disk, temporary, HeadsContent.file(layout, stream));
      } catch (IOException e) {
        // Derived: the next opening reads the log instead.
      }
    }
    return this;
  }

  /** How many ids the index knows, forgotten ones included. */
  public int size() {
    return content.table().size();
  }

  /** How many ids the index knows that are not forgotten themselves. */
  public int live() {
    int live = size();
    for (String id : forgotten.ids()) {
      live -= content.table().find(id) >= 0 ? 1 : 0;
    }
    return live;
  }

  public Standing standing(String id, String digest) {
    if (forgotten.holds(id)) {
      return Standing.FORGOTTEN;
    }
    IdTable table = content.table();
    int entry = table.find(id);
    if (entry < 0) {
      return Standing.NEW;
    }
    byte[] hash = hash(digest);
    boolean same =
        table.first(entry) == IdTable.longAt(hash, 0)
            && table.second(entry) >>> 32 == IdTable.longAt(hash, Long.BYTES) >>> 32;
    return same ? Standing.SAME : Standing.REVISED;
  }

  /** Takes note of a record that was appended after this was opened. */
  public void note(String id, String digest) {
    put(id, digest, NOTED);
  }

  private void read(Disk disk, Segments.Found segment, int lineLimit) throws IOException {
    HeadsContent.Covered before = content.covered(segment.name());
    if (before.sealed()) {
      return;
    }
    // A segment sealed since may have been rewritten too: what was read of it says nothing.
    long from = segment.sealed() ? 0 : before.bytes();
    try (SegmentReader reader = SegmentReader.open(disk, segment, lineLimit, from)) {
      long end = reader.line().end();
      while (reader.next()) {
        LineKeys keys = LineKeys.of(reader.line());
        end = reader.line().end();
        if (keys.id() != null) {
          put(keys.id(), String.valueOf(keys.digest()), before.ordinal());
          newLines++;
        }
      }
      boolean whole = reader.segment().sealed() && !reader.isDamaged();
      content.cover(segment.name(), new HeadsContent.Covered(before.ordinal(), whole, end));
    }
  }

  private void put(String id, String digest, int ordinal) {
    IdTable table = content.table();
    int size = table.size();
    int entry = table.findOrAdd(id);
    boolean isNew = table.size() > size;
    if (isNew || ordinal == NOTED || !content.isAfter((int) table.second(entry), ordinal)) {
      byte[] hash = hash(digest);
      long high = IdTable.longAt(hash, Long.BYTES) >>> 32 << 32;
      table.put(entry, IdTable.longAt(hash, 0), high | ordinal);
    }
  }

  private byte[] hash(String digest) {
    return sha256.digest(digest.getBytes(StandardCharsets.UTF_8));
  }
}
