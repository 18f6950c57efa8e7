package dev.treadle.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one writer is writing: files and folders in {@code tmp/<writer>/}, which get their real name
 * when they are whole. Its lock says that the writer lives; a dead writer's folder is swept away.
 *
 * <p>Order is everything: the lock is there before the folder and goes after it, and a sweeper
 * deletes a lock only when it holds it and saw the folder. So a lock just made is never swept.
 */
final class TemporaryFiles implements AutoCloseable {
  private final Disk disk;
  private final Path folder;
  private final Path lockFile;
  private final Disk.Lock lock;
  private final AtomicLong count = new AtomicLong();

  private TemporaryFiles(Disk disk, Path folder, Path lockFile, Disk.Lock lock) {
    this.disk = disk;
    this.folder = folder;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  static TemporaryFiles open(Disk disk, Path temporary, String writer) throws IOException {
    disk.createDirectory(temporary);
    Path lockFile = temporary.resolve(writer + ".lock");
    Disk.Lock lock =
        disk.tryLock(lockFile)
            .orElseThrow(() -> new IOException(lockFile + " is held by another process"));
    Path folder = temporary.resolve(writer);
    try {
      disk.createDirectory(folder);
    } catch (IOException e) {
      lock.close();
      throw e;
    }
    return new TemporaryFiles(disk, folder, lockFile, lock);
  }

  static TemporaryFiles require(@Nullable TemporaryFiles open, Layout layout) {
    if (open == null) {
      throw StoreError.READ_ONLY.because("the lake " + layout.root() + " is open for reading only");
    }
    return open;
  }

  /** Removes what dead writers left. */
  static void sweep(Disk disk, Path temporary) throws IOException {
    for (Disk.Entry entry : disk.list(temporary)) {
      if (entry.kind() == Disk.Kind.DIRECTORY) {
        Path lockFile = temporary.resolve(entry.name() + ".lock");
        var lock = disk.tryLock(lockFile);
        if (lock.isPresent()) {
          try (Disk.Lock _ = lock.get()) {
            deleteTree(disk, temporary.resolve(entry.name()));
            disk.delete(lockFile);
          }
        }
      }
    }
  }

  static void deleteTree(Disk disk, Path folder) throws IOException {
    for (Disk.Entry entry : disk.list(folder)) {
      Path path = folder.resolve(entry.name());
      if (entry.kind() == Disk.Kind.DIRECTORY) {
        deleteTree(disk, path);
      } else {
        disk.delete(path);
      }
    }
    disk.delete(folder);
  }

  /** A name that nothing has yet. */
  Path next(String hint) throws IOException {
    // The folder is derived like a cache: somebody may have tidied it away meanwhile.
    disk.createDirectory(folder);
    return folder.resolve(count.getAndIncrement() + "-" + hint);
  }

  /** Puts a whole file under its name, replacing what was there, and makes both safe. */
  void replace(Path target, byte[] bytes) throws IOException {
    Path file = next("file");
    write(file, bytes, false);
    moveInto(file, target);
  }

  /** Writes and forces a new file; a failed one is removed. */
  void write(Path file, byte[] bytes, boolean ownerOnly) throws IOException {
    try (Disk.Output output = ownerOnly ? disk.createPrivate(file) : disk.create(file)) {
      DiskStreams.appendFully(output, ByteBuffer.wrap(bytes));
      output.force();
    } catch (IOException e) {
      deleteQuietly(file);
      throw e;
    }
  }

  /** Gives a forced file or folder its real name, and makes the name safe. */
  void moveInto(Path file, Path target) throws IOException {
    try {
      disk.rename(file, target);
    } catch (IOException e) {
      deleteQuietly(file);
      throw e;
    }
    disk.forceDirectory(Layout.folderOf(target));
  }

  void deleteQuietly(Path file) {
    try {
      disk.delete(file);
    } catch (IOException e) {
      // The sweep of a later process removes it.
    }
  }

  @Override
  public void close() {
    try (lock) {
      deleteTree(disk, folder);
      disk.delete(lockFile);
    } catch (IOException e) {
      // All that counts has its real name by now; the sweep of a later process removes the rest.
    }
  }
}
