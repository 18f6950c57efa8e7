package dev.treadle.training.merge;

import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Merges onto a disk that becomes full on the way, in a process of its own: after so many tensors
 * everything that is left of the disk is filled. Prints the failure's code, its message, and what
 * it left beside the filling, a line each.
 */
final class SmallDisk {
  private static final String FILLING = "filling";

  private SmallDisk() {}

  /** Takes base, adapter, the disk's folder, and the number of tensors. */
  public static void main(String[] args) throws IOException {
    Path disk = Path.of(args[2]);
    int[] rest = {Integer.parseInt(args[3])};
    MergeSettings usual =
        MergeSettings.of(Path.of(args[0]), Path.of(args[1]), disk.resolve("out"), 2);
    MergeSettings settings =
        new MergeSettings(
            usual.base(), usual.adapter(), usual.output(), 3000, usual.dtype(), usual.threads(), 1);
    try {
      new Merge(
              settings,
              (done, total, what) -> {
                if (--rest[0] == 0) {
                  fill(disk.resolve(FILLING));
                }
              })
          .run();
      System.out.println("merged");
    } catch (TreadleException e) {
      System.out.println(e.code() + "\n" + e.getMessage());
    }
    try (Stream<Path> left = Files.walk(disk)) {
      left.filter(it -> !it.equals(disk) && !it.endsWith(FILLING)).forEach(System.out::println);
    }
  }

  private static void fill(Path file) {
    byte[] bytes = new byte[1 << 12];
    try (OutputStream out = Files.newOutputStream(file)) {
      while (true) {
        out.write(bytes);
      }
    } catch (IOException e) {
      // Full: that is what it is for.
    }
  }
}
