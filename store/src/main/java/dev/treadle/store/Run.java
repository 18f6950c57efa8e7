package dev.treadle.store;

import dev.treadle.store.Runs.Details;
import dev.treadle.store.Runs.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A run of this process. One that is closed unfinished is shown as interrupted. */
public final class Run implements AutoCloseable {
  private final LakeSettings settings;
  private final TemporaryFiles temporary;
  private final Path folder;
  private final Disk.Lock lock;
  private final Details details;

  Run(
      LakeSettings settings,
      TemporaryFiles temporary,
      Path folder,
      Disk.Lock lock,
      Details details) {
    this.settings = settings;
    this.temporary = temporary;
    this.folder = folder;
    this.lock = lock;
    this.details = details;
  }

  public String id() {
    return details.id();
  }

  /** Where its log, report and other files go. */
  public Path folder() {
    return folder;
  }

  /** Records how it ended; the record is safe from a power cut when this returns. */
  public Details finish(Status status, List<String> outputs, String message) {
    Details finished =
        with(details, status, outputs, Optional.of(settings.clock().instant()), message);
    try {
      temporary.replace(folder.resolve(Runs.RECORD), Documents.write(finished));
      return finished;
    } catch (IOException e) {
      throw StoreError.writing(folder, e);
    } finally {
      close();
    }
  }

  static Details with(
      Details details,
      Status status,
      List<String> outputs,
      Optional<Instant> finished,
      String message) {
    return new Details(
        details.id(),
        details.kind(),
        details.configuration(),
        details.inputs(),
        outputs,
        details.started(),
        finished,
        status,
        message,
        details.processId());
  }

  /** Ends the run's claim to be running. */
  @Override
  public void close() {
    try (lock) {
      settings.disk().delete(Runs.lockFile(folder));
    } catch (IOException e) {
      // It ends with the process at the latest.
    }
  }
}
