package dev.treadle.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A disk as one process sees it: when that is killed, its locks go and it touches nothing more. */
public final class MortalDisk implements Disk {
  private final Disk disk;
  private final Set<Lock> locks = ConcurrentHashMap.newKeySet();
  private volatile boolean dead;

  public MortalDisk(Disk disk) {
    this.disk = disk;
  }

  public void kill() {
    dead = true;
    for (Lock lock : locks) {
      try {
        lock.close();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  private Disk alive() throws IOException {
    if (dead) {
      throw new IOException("this process is dead");
    }
    return disk;
  }

  @Override
  public void createDirectory(Path directory) throws IOException {
    alive().createDirectory(directory);
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    alive().forceDirectory(directory);
  }

  @Override
  public Output create(Path file) throws IOException {
    return mortal(alive().create(file));
  }

  @Override
  public Output createPrivate(Path file) throws IOException {
    return mortal(alive().createPrivate(file));
  }

  private Output mortal(Output output) {
    return new Output() {
      @Override
      public int append(ByteBuffer bytes) throws IOException {
        alive();
        return output.append(bytes);
      }

      @Override
      public void force() throws IOException {
        alive();
        output.force();
      }

      @Override
      public void truncate(long length) throws IOException {
        alive();
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
    return alive().open(file);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    alive().rename(from, to);
  }

  @Override
  public void delete(Path path) throws IOException {
    alive().delete(path);
  }

  @Override
  public List<Entry> list(Path directory) throws IOException {
    return alive().list(directory);
  }

  @Override
  public boolean exists(Path path) throws IOException {
    return alive().exists(path);
  }

  @Override
  public Optional<Lock> tryLock(Path file) throws IOException {
    Optional<Lock> lock = alive().tryLock(file);
    lock.ifPresent(locks::add);
    return lock.map(
        held ->
            () -> {
              if (locks.remove(held)) {
                held.close();
              }
            });
  }
}
