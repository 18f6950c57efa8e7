package dev.treadle.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The port through which the lake touches a file system. It promises what POSIX promises and no
 * more: bytes are safe once their file was forced, a name once the folder that holds it was forced.
 */
public interface Disk {
  /** Creates one folder; one that exists already is fine, a missing parent is not. */
  void createDirectory(Path directory) throws IOException;

  /** Makes the names in {@code directory} safe: created, renamed and deleted ones. */
  void forceDirectory(Path directory) throws IOException;

  /** Creates a file that must not exist, for appending. */
  Output create(Path file) throws IOException;

  /** Like {@link #create}, readable by its owner only. */
  Output createPrivate(Path file) throws IOException;

  Input open(Path file) throws IOException;

  /**
   * Renames at once or not at all. A file replaces a file; a folder replaces nothing: where its new
   * name is taken by a folder that is not empty, this fails.
   */
  void rename(Path from, Path to) throws IOException;

  /** Deletes a file or an empty folder; what does not exist is fine. */
  void delete(Path path) throws IOException;

  /** What the folder holds, by name; empty where there is no such folder. */
  List<Entry> list(Path directory) throws IOException;

  boolean exists(Path path) throws IOException;

  /**
   * Takes the exclusive lock on a lock file, creating that file if need be, or gives nothing when
   * anyone, this process included, holds it. The file must be used for nothing else.
   */
  Optional<Lock> tryLock(Path file) throws IOException;

  /** One name in a folder. Links and devices are {@code OTHER}: the lake does not follow them. */
  record Entry(String name, Kind kind) {}

  /** What a name stands for. */
  enum Kind {
    FILE,
    DIRECTORY,
    OTHER
  }

  /** A file being written at its end. */
  interface Output extends Closeable {
    /** Appends some of the buffer, at least one byte; returns how many. */
    int append(ByteBuffer bytes) throws IOException;

    void force() throws IOException;

    void truncate(long length) throws IOException;
  }

  /** A file being read at any position; it may grow meanwhile. */
  interface Input extends Closeable {
    /** Reads up to a bufferful at {@code position}; -1 at the end. */
    int read(ByteBuffer into, long position) throws IOException;

    long size() throws IOException;
  }

  /** A held lock. */
  interface Lock extends Closeable {
    /** Lets go of the lock, leaving the lock file where it is. */
    @Override
    void close() throws IOException;
  }
}
