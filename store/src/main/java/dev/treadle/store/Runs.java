package dev.treadle.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The executions of anything: {@code runs/<id>/run.json} and what else each left beside it. */
public final class Runs {
  static final String RECORD = "run.json";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  private final LakeSettings settings;
  private final Layout layout;
  private final @Nullable TemporaryFiles temporary;

  /** How a run stands. */
  public enum Status {
    RUNNING,
    SUCCEEDED,
    FAILED,
    /** A gate said no. */
    REFUSED,
    /** Its process ended before it did. */
    INTERRUPTED
  }

  /**
   * What is known of a run.
   *
   * @param kind the command or stage, such as {@code curate}
   * @param inputs and outputs name things of the lake, such as {@code datasets/support/3}
   * @param message one line about how it ended
   */
  public record Details(
      String id,
      String kind,
      JsonNode configuration,
      List<String> inputs,
      List<String> outputs,
      Instant started,
      Optional<Instant> finished,
      Status status,
      String message,
      long processId) {
    public Details {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }
  }

  Runs(LakeSettings settings, Layout layout, @Nullable TemporaryFiles temporary) {
    this.settings = settings;
    this.layout = layout;
    this.temporary = temporary;
  }

  /** Begins a run. It counts as running until it is finished, or this process ends. */
  public Run start(String kind, JsonNode configuration, List<String> inputs) {
    Documents.checkName("kind of run", kind);
    TemporaryFiles open = TemporaryFiles.require(temporary, layout);
    Instant now = settings.clock().instant();
    String random = String.format("%08x", settings.random().nextInt());
    String id = TIME.format(now) + "-" + kind + "-" + random;
    Path folder = layout.runs().resolve(id);
    try {
      Path written = open.next("run");
      settings.disk().createDirectory(written);
      Details details =
          new Details(
              id,
              kind,
              configuration,
              inputs,
              List.of(),
              now,
              Optional.empty(),
              Status.RUNNING,
              "",
              settings.processId());
      open.write(written.resolve(RECORD), Documents.write(details), false);
      settings.disk().forceDirectory(written);
      Disk.Lock lock =
          Locks.take(
              settings.disk(), lockFile(layout.runs().resolve(id)), settings.limits().lockWait());
      open.moveInto(written, folder);
      return new Run(settings, open, folder, lock, details);
    } catch (IOException e) {
      throw StoreError.writing(folder, e);
    }
  }

  /** Every run, the first one first. */
  public List<Details> list() {
    try {
      List<Details> runs = new ArrayList<>();
      for (Disk.Entry entry : settings.disk().list(layout.runs())) {
        if (entry.kind() == Disk.Kind.DIRECTORY
            && settings.disk().exists(layout.runs().resolve(entry.name()).resolve(RECORD))) {
          runs.add(read(entry.name()));
        }
      }
      return runs;
    } catch (IOException e) {
      throw StoreError.reading(layout.runs(), e);
    }
  }

  public Details run(String id) {
    Documents.checkName("run", id);
    try {
      if (!settings.disk().exists(layout.runs().resolve(id).resolve(RECORD))) {
        throw StoreError.RUN_ABSENT.because("there is no run " + id + " in this lake");
      }
      return read(id);
    } catch (IOException e) {
      throw StoreError.reading(layout.runs().resolve(id), e);
    }
  }

  private Details read(String id) throws IOException {
    Path file = layout.runs().resolve(id).resolve(RECORD);
    Details details = Documents.read(settings.disk(), file, Details.class);
    if (details.status() != Status.RUNNING || isAlive(id)) {
      return details;
    }
    // It may have finished between the reading and the lock.
    Details again = Documents.read(settings.disk(), file, Details.class);
    return again.status() == Status.RUNNING
        ? Run.with(again, Status.INTERRUPTED, again.outputs(), Optional.empty(), "interrupted")
        : again;
  }

  private boolean isAlive(String id) throws IOException {
    if (!settings.disk().exists(lockFile(layout.runs().resolve(id)))) {
      return false;
    }
    try {
      Optional<Disk.Lock> lock = settings.disk().tryLock(lockFile(layout.runs().resolve(id)));
      if (lock.isPresent()) {
        lock.get().close();
      }
      return lock.isEmpty();
    } catch (AccessDeniedException e) {
      // Somebody else's lake: it cannot be told, and running is what the record says.
      return true;
    }
  }

  static Path lockFile(Path folder) {
    return folder.resolveSibling(folder.getFileName() + ".lock");
  }
}
