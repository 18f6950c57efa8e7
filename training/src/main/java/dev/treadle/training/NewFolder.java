package dev.treadle.training;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder that is there whole or not at all: it is filled under another name beside its place and
 * renamed when it is done. What is closed before that is deleted.
 */
public final class NewFolder implements AutoCloseable {
  private static final String UNFINISHED = ".part";

  private final Path target;
  private final Path unfinished;
  private boolean isDone;

  private NewFolder(Path target, Path unfinished) {
    this.target = target;
    this.unfinished = unfinished;
  }

  /**
   * Begins a folder.
   *
   * @throws dev.treadle.transcript.TreadleException {@link TrainingError#OUTPUT_EXISTS} if
   *     something is there already, or another one writes it
   */
  public static NewFolder begin(Path target) {
    Path place = target.toAbsolutePath().normalize();
    try {
      if (Files.exists(place) && !isEmptyFolder(place)) {
        throw TrainingError.OUTPUT_EXISTS.because(
            place + " is there already: name another folder, or delete it first");
      }
      Path unfinished = place.resolveSibling("." + place.getFileName() + UNFINISHED);
      Files.createDirectories(unfinished.resolveSibling("."));
      Files.createDirectory(unfinished);
      return new NewFolder(place, unfinished);
    } catch (FileAlreadyExistsException e) {
      throw TrainingError.OUTPUT_EXISTS.because(
          e.getFile()
              + " is there: another command is writing "
              + place
              + ", or one was stopped while it did; if so, delete it",
          e);
    } catch (IOException e) {
      throw TrainingError.writing(place, e);
    }
  }

  private static boolean isEmptyFolder(Path place) throws IOException {
    if (!Files.isDirectory(place)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(place)) {
      return entries.findAny().isEmpty();
    }
  }

  /** Where to write until it is done. */
  public Path path() {
    return unfinished;
  }

  /** Where it will be. */
  public Path target() {
    return target;
  }

  /** Writes a small file and forces it to the disk. */
  public void write(String name, byte[] bytes) {
    Path file = unfinished.resolve(name);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    } catch (IOException e) {
      throw TrainingError.writing(file, e);
    }
  }

  /** Gives it its name, once everything in it is safe on the disk. */
  public void finish() {
    try {
      force(unfinished);
      if (Files.isDirectory(target)) {
        Files.delete(target);
      }
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      isDone = true;
      force(target.resolveSibling("."));
    } catch (IOException e) {
      throw TrainingError.writing(target, e);
    }
  }

  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void close() {
    if (isDone) {
      return;
    }
    try {
      List<Path> entries;
      try (Stream<Path> walk = Files.walk(unfinished)) {
        entries = walk.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path it : entries) {
        Files.delete(it);
      }
    } catch (IOException e) {
      throw TrainingError.writing(unfinished, e);
    }
  }
}
