package dev.treadle.store;

import dev.treadle.store.Lake.Amount;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Removes from a lake what nobody needs any more, beside writers that live.
 *
 * <p>A writer puts a blob, or finds it there, and appends the line that refers to it later. A blob
 * without a line may be needed soon: it is not deleted but thrown into the trash, where every read
 * still finds it and from where putting it again brings it back: {@link Blobs#put} writes a new
 * copy and never looks into the trash, which leaves nothing to race for. A later run, at least
 * {@link #GRACE} after, reads all lines again; it restores what one refers to and deletes the rest.
 * Only a writer that waits longer than that between the two is not safe.
 *
 * <p>The trash is filled once and emptied once, then filled again. {@code state/gc.json} says since
 * when it is full. It says so only after the last blob was moved, and says nothing again before the
 * first one of the next filling is: wherever a run ends, what lies in the trash lies there longer
 * than is written, never shorter. The same document names the cut tails and spills that were seen,
 * as a file's age is nothing that a {@link Disk} tells.
 */
final class GarbageCollection {
  static final Duration GRACE = Duration.ofHours(24);
  private static final String STATE = "gc";

  private final LakeSettings settings;
  private final Disk disk;
  private final Layout layout;
  private final State state;
  private final @Nullable TemporaryFiles temporary;
  private final Map<Stream, Duration> retention;
  private final Trash trash;

  private final SortedMap<Stream, Amount> segments = new TreeMap<>();
  private final List<String> troubles = new ArrayList<>();
  private Amount thrown = Amount.NOTHING;
  private Amount restored = Amount.NOTHING;
  private Amount blobs = Amount.NOTHING;
  private Amount tails = Amount.NOTHING;
  private Amount spills = Amount.NOTHING;

  /**
   * What an earlier run left to a later one.
   *
   * @param since when the trash was full and the others were seen; empty if nothing is left to do
   * @param tails {@code <stream>/<utc-day>/<writer>-<n>}
   * @param spills bytes by file name
   */
  record Seen(Optional<Instant> since, List<String> tails, Map<String, Long> spills) {
    static final Seen NOTHING = new Seen(Optional.empty(), List.of(), Map.of());

    Seen {
      tails = List.copyOf(tails);
      spills = Map.copyOf(spills);
    }
  }

  /**
   * @param temporary where copies are written, or null to change nothing
   */
  GarbageCollection(
      LakeSettings settings,
      Layout layout,
      State state,
      @Nullable TemporaryFiles temporary,
      Map<Stream, Duration> retention) {
    this.settings = settings;
    this.disk = settings.disk();
    this.layout = layout;
    this.state = state;
    this.temporary = temporary;
    this.retention = Map.copyOf(retention);
    this.trash = new Trash(disk, layout);
  }

  /** Removes, or finds, what is garbage. */
  Lake.Garbage run(Amount dead) throws IOException {
    if (temporary == null) {
      return run(temporary, dead);
    }
    try (Disk.Lock _ = state.lock(STATE)) {
      return run(temporary, dead);
    }
  }

  private Lake.Garbage run(@Nullable TemporaryFiles open, Amount dead) throws IOException {
    Set<Segments.Found> old = removeOldSegments();
    Seen seen = seen();
    boolean isDue = isDue(seen);
    if (isDue || seen.since().isEmpty()) {
      Set<String> kept = trash.kept();
      Set<String> inTrash = trash.thrown();
      Optional<Set<String>> unreferenced = unreferenced(kept, inTrash, old);
      if (isDue) {
        removeSeen(seen);
        if (unreferenced.isPresent()) {
          empty(open, inTrash, unreferenced.get());
          seen = Seen.NOTHING;
          save(seen);
        }
      }
      if (seen.since().isEmpty()) {
        kept.retainAll(unreferenced.orElse(Set.of()));
        fill(open, kept);
        seen = lookAround();
        if (seen.since().isPresent()) {
          save(seen);
        }
      }
    }
    return new Lake.Garbage(
        segments,
        blobs,
        thrown,
        restored,
        tails,
        spills,
        dead,
        seen.since().map(it -> it.plus(GRACE)),
        troubles);
  }

  /** A day goes when all of it is older than the retention. */
  private Set<Segments.Found> removeOldSegments() throws IOException {
    LocalDate today = settings.clock().instant().atOffset(ZoneOffset.UTC).toLocalDate();
    Set<Segments.Found> old = new HashSet<>();
    for (Map.Entry<Stream, Duration> entry : new TreeMap<>(retention).entrySet()) {
      Path folder = layout.stream(entry.getKey());
      String first = today.minusDays(entry.getValue().toDays()).toString();
      Amount amount = Amount.NOTHING;
      Set<Path> days = new TreeSet<>();
      for (Segments.Found segment : Segments.list(disk, folder)) {
        boolean isLiving = disk.exists(segment.name().in(folder, SegmentName.PLAIN));
        if (segment.sealed() && !isLiving && segment.name().day().compareTo(first) < 0) {
          old.add(segment);
          amount = amount.and(size(segment.file()));
          days.add(Layout.folderOf(segment.file()));
          remove(segment.file());
        }
      }
      if (temporary != null) {
        for (Path day : days) {
          forceOrDelete(day);
        }
      }
      if (amount.count() > 0) {
        segments.put(entry.getKey(), amount);
      }
    }
    return old;
  }

  private void forceOrDelete(Path day) throws IOException {
    disk.forceDirectory(day);
    if (disk.list(day).isEmpty()) {
      disk.delete(day);
      disk.forceDirectory(Layout.folderOf(day));
    }
  }

  private Seen seen() throws IOException {
    Path file = layout.state().resolve(STATE + ".json");
    Seen seen = disk.exists(file) ? Documents.read(disk, file, Seen.class) : Seen.NOTHING;
    // From a clock that was ahead: the time begins again.
    boolean isLater = seen.since().filter(settings.clock().instant()::isBefore).isPresent();
    return isLater ? Seen.NOTHING : seen;
  }

  private boolean isDue(Seen seen) {
    return seen.since().isPresent()
        && !settings.clock().instant().isBefore(seen.since().get().plus(GRACE));
  }

  private void removeSeen(Seen seen) throws IOException {
    for (Map.Entry<String, Path> tail : tails().entrySet()) {
      if (seen.tails().contains(tail.getKey())) {
        tails = tails.and(size(tail.getValue()));
        remove(tail.getValue());
      }
    }
    for (Map.Entry<String, Long> spill : spills().entrySet()) {
      // One that grew or shrank has somebody who writes it.
      if (spill.getValue().equals(seen.spills().get(spill.getKey()))) {
        spills = spills.and(spill.getValue());
        remove(spillFolder().resolve(spill.getKey()));
      }
    }
  }

  private void remove(Path file) throws IOException {
    if (temporary != null) {
      disk.delete(file);
    }
  }

  private void save(Seen seen) {
    if (temporary != null) {
      state.write(STATE, Documents.write(seen));
    }
  }

  private void empty(@Nullable TemporaryFiles open, Set<String> all, Set<String> unreferenced)
      throws IOException {
    for (String name : all) {
      long bytes = size(Trash.thrown(layout, name));
      if (unreferenced.contains(name)) {
        blobs = blobs.and(bytes);
        if (open != null) {
          trash.delete(name);
        }
      } else {
        restored = restored.and(bytes);
        if (open != null) {
          trash.restore(open, name);
        }
      }
    }
  }

  /** Fills the trash, which is empty, or which a run that was interrupted had begun to fill. */
  private void fill(@Nullable TemporaryFiles open, Set<String> unreferenced) throws IOException {
    for (String name : unreferenced) {
      thrown = thrown.and(size(Trash.kept(layout, name)));
      if (open != null) {
        trash.discard(open, name);
      }
    }
  }

  private Seen lookAround() throws IOException {
    List<String> cut = List.copyOf(tails().keySet());
    Map<String, Long> spilled = spills();
    boolean isNothing =
        thrown.count() == 0 && trash.thrown().isEmpty() && cut.isEmpty() && spilled.isEmpty();
    return isNothing
        ? Seen.NOTHING
        : new Seen(Optional.of(settings.clock().instant()), cut, spilled);
  }

  /** Those of the blobs that no line refers to; nothing if that cannot be told. */
  private Optional<Set<String>> unreferenced(
      Set<String> kept, Set<String> inTrash, Set<Segments.Found> old) throws IOException {
    Set<String> names = new HashSet<>(kept);
    names.addAll(inTrash);
    if (names.isEmpty()) {
      return Optional.of(names);
    }
    try {
      BlobReferences.strikeOut(disk, layout, names, old);
      return Optional.of(names);
    } catch (IOException e) {
      troubles.add("no blob was touched, as a line may refer to it: " + e.getMessage());
      return Optional.empty();
    }
  }

  private SortedMap<String, Path> tails() throws IOException {
    SortedMap<String, Path> found = new TreeMap<>();
    for (Stream stream : Stream.values()) {
      Path folder = layout.stream(stream);
      for (SegmentName name : Segments.withSuffix(disk, folder, SegmentName.CUT)) {
        found.put(stream.folder() + "/" + name, name.in(folder, SegmentName.CUT));
      }
    }
    return found;
  }

  private SortedMap<String, Long> spills() throws IOException {
    SortedMap<String, Long> found = new TreeMap<>();
    for (Disk.Entry file : disk.list(spillFolder())) {
      if (file.kind() == Disk.Kind.FILE) {
        found.put(file.name(), size(spillFolder().resolve(file.name())));
      }
    }
    return found;
  }

  private Path spillFolder() {
    return layout.cache().resolve("duckdb");
  }

  private long size(Path file) throws IOException {
    return size(disk, file);
  }

  private static long size(Disk disk, Path file) throws IOException {
    try {
      return DiskStreams.size(disk, file);
    } catch (NoSuchFileException e) {
      // Its owner removed it since it was listed.
      return 0;
    }
  }

  /** What writers that are dead left in {@code tmp/}; opening the lake for writing removes it. */
  static Amount deadWriters(Disk disk, Path temporary) throws IOException {
    Amount dead = Amount.NOTHING;
    for (Disk.Entry entry : disk.list(temporary)) {
      if (entry.kind() == Disk.Kind.DIRECTORY && isDead(disk, temporary, entry.name())) {
        dead = dead.and(below(disk, temporary.resolve(entry.name())));
      }
    }
    return dead;
  }

  private static boolean isDead(Disk disk, Path temporary, String writer) throws IOException {
    Path lockFile = temporary.resolve(writer + ".lock");
    if (!disk.exists(lockFile)) {
      return true;
    }
    Optional<Disk.Lock> lock = disk.tryLock(lockFile);
    if (lock.isPresent()) {
      lock.get().close();
    }
    return lock.isPresent();
  }

  private static long below(Disk disk, Path folder) throws IOException {
    long bytes = 0;
    for (Disk.Entry entry : disk.list(folder)) {
      Path path = folder.resolve(entry.name());
      bytes +=
          switch (entry.kind()) {
            case DIRECTORY -> below(disk, path);
            case FILE -> size(disk, path);
            case OTHER -> 0;
          };
    }
    return bytes;
  }
}
