package dev.treadle.gateway;

import dev.treadle.store.Disk;
import dev.treadle.store.SystemDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The system's disk, that is full for as long as a test says. */
final class FullDisk implements Disk {
  private final Disk disk = new SystemDisk();
  private volatile boolean isFull;

  void full(boolean full) {
    isFull = full;
  }

  private void check() throws IOException {
    if (isFull) {
      throw new IOException("No space left on device");
    }
  }

  @Override
  public void createDirectory(Path directory) throws IOException {
    check();
    disk.createDirectory(directory);
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    disk.forceDirectory(directory);
  }

  @Override
  public Output create(Path file) throws IOException {
    check();
    return limited(disk.create(file));
  }

  @Override
  public Output createPrivate(Path file) throws IOException {
    check();
    return limited(disk.createPrivate(file));
  }

  private Output limited(Output output) {
    return new Output() {
      @Override
      public int append(ByteBuffer bytes) throws IOException {
        check();
        return output.append(bytes);
      }

      @Override
      public void force() throws IOException {
        check();
        output.force();
      }

      @Override
      public void truncate(long length) throws IOException {
        output.truncate(length);
      }

      @Override
      public void close() throws IOException {
        output.close();
      }
    };
  }

  @Override
  public Input open(Path file) throws IOException {
    return disk.open(file);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    disk.rename(from, to);
  }

  @Override
  public void delete(Path path) throws IOException {
    disk.delete(path);
  }

  @Override
  public List<Entry> list(Path directory) throws IOException {
    return disk.list(directory);
  }

  @Override
  public boolean exists(Path path) throws IOException {
    return disk.exists(path);
  }

  @Override
  public Optional<Lock> tryLock(Path file) throws IOException {
    return disk.tryLock(file);
  }
}
