package dev.treadle.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * Takes records out of the lake for good. {@link #forget} makes every read leave them out at once;
 * {@link #erase} then takes their bytes out of the files.
 */
public final class Forgetting {
  private final LakeSettings settings;
  private final Layout layout;
  private final State state;
  private final TemporaryFiles temporary;
  private final Datasets datasets;

  /**
   * What an erasure did.
   *
   * @param rewrittenSegments sealed segments that held a forgotten record
   * @param erasedLines records taken out of them
   * @param deletedTails {@code .cut} files, which may hold anybody's words and are nobody's record
   * @param openSegments segments of living processes that could not be rewritten; they are hidden
   *     from every read, and erasing again after those processes ended completes it
   * @param revokedVersions dataset versions that hold a forgotten record
   */
  public record Erasure(
      int rewrittenSegments,
      long erasedLines,
      int deletedTails,
      int openSegments,
      int revokedVersions) {}

  Forgetting(
      LakeSettings settings,
      Layout layout,
      State state,
      TemporaryFiles temporary,
      Datasets datasets) {
    this.settings = settings;
    this.layout = layout;
    this.state = state;
    this.temporary = temporary;
    this.datasets = datasets;
  }

  /** Every id that was ever forgotten. */
  public Set<String> ids() {
    try {
      return Forgotten.read(settings.disk(), layout).ids();
    } catch (IOException e) {
      throw StoreError.reading(Forgotten.file(layout), e);
    }
  }

  /** Hides these records, all their revisions and what is derived from them, from now on. */
  public void forget(Collection<String> ids) {
    for (String id : ids) {
      if (id.isBlank() || id.indexOf('\n') >= 0 || id.indexOf('\r') >= 0) {
        throw StoreError.NAME_INVALID.because("this is not the id of a record: '" + id + "'");
      }
    }
    Path file = Forgotten.file(layout);
    try (Disk.Lock _ = state.lock("forgotten")) {
      Forgotten all = Forgotten.read(settings.disk(), layout).and(ids);
      temporary.replace(file, all.toBytes());
    } catch (IOException e) {
      throw StoreError.writing(file, e);
    }
  }

  /**
   * Rewrites the sealed segments that hold a forgotten record, deletes cut tails, and revokes the
   * dataset versions that hold one. Can be interrupted and begun again at any point.
   */
  Erasure erase() {
    try (Disk.Lock _ = state.lock("forgotten")) {
      Forgotten forgotten = Forgotten.read(settings.disk(), layout);
      int rewritten = 0;
      long erased = 0;
      int tails = 0;
      int open = 0;
      for (Stream stream : Stream.values()) {
        Path folder = layout.stream(stream);
        for (Segments.Found segment : Segments.list(settings.disk(), folder)) {
          if (!segment.sealed()) {
            open += count(segment, forgotten) > 0 ? 1 : 0;
            continue;
          }
          long lines = count(segment, forgotten);
          if (lines > 0) {
            rewrite(segment, forgotten);
            rewritten++;
            erased += lines;
          }
        }
        tails += deleteTails(folder);
      }
      int revoked = datasets.revokeHolding(forgotten::holds);
      return new Erasure(rewritten, erased, tails, open, revoked);
    } catch (IOException e) {
      throw StoreError.writing(layout.log(), e);
    }
  }

  private long count(Segments.Found segment, Forgotten forgotten) throws IOException {
    long count = 0;
    try (SegmentReader reader = reader(segment)) {
      while (reader.next()) {
        count += isForgotten(reader, forgotten) ? 1 : 0;
      }
    }
    return count;
  }

  private SegmentReader reader(Segments.Found segment) throws IOException {
    return SegmentReader.open(settings.disk(), segment, settings.limits().lineBytes(), 0);
  }

  private static boolean isForgotten(SegmentReader reader, Forgotten forgotten) {
    return Optional.ofNullable(LineKeys.idOf(reader.line())).map(forgotten::holds).orElse(false);
  }

  /** The name stays: a reader meets the old file or the new one, and both end at the same line. */
  private void rewrite(Segments.Found segment, Forgotten forgotten) throws IOException {
    Disk disk = settings.disk();
    Path file = temporary.next("rewritten");
    try (Disk.Output output = disk.create(file)) {
      try (SegmentReader reader = reader(segment);
          OutputStream sealed = DiskStreams.sealing(output)) {
        while (reader.next()) {
          if (!isForgotten(reader, forgotten)) {
            LineScanner line = reader.line();
            sealed.write(line.buffer(), line.start(), line.length() + 1);
          }
        }
        if (reader.isDamaged()) {
          throw new IOException(segment.file() + " is damaged and cannot be rewritten whole");
        }
      }
      output.force();
    }
    temporary.moveInto(file, segment.file());
  }

  private int deleteTails(Path folder) throws IOException {
    int deleted = 0;
    for (SegmentName name : Segments.withSuffix(settings.disk(), folder, SegmentName.CUT)) {
      Path tail = name.in(folder, SegmentName.CUT);
      settings.disk().delete(tail);
      settings.disk().forceDirectory(Layout.folderOf(tail));
      deleted++;
    }
    return deleted;
  }
}
