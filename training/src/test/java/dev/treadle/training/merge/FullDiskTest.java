package dev.treadle.training.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.testkit.Needs;
import dev.treadle.training.GoldenModels;
import dev.treadle.training.safetensors.Weights;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that becomes full: a file system in memory that only a child process sees. */
class FullDiskTest {
  private static final Path GOLDEN = GoldenModels.folder("llama");
  private static final String MOUNT =
      "mount -t tmpfs -o size=\"$1\" tmpfs \"$2\" && shift 2 && \"$@\"";

  @TempDir private Path disk;

  /** A small disk needs no rights, but some systems let nobody make one. */
  @BeforeEach
  void canMakeASmallDisk() throws IOException, InterruptedException {
    Needs.program("unshare");
    List<String> said = onSmallDisk("1m", List.of("echo", "made"));
    Assumptions.assumeTrue(
        said.equals(List.of("made")), "skipped: no small disk can be made here: " + said);
  }

  private List<String> onSmallDisk(String size, List<String> command)
      throws IOException, InterruptedException {
    List<String> words =
        new ArrayList<>(List.of("unshare", "-rm", "sh", "-c", MOUNT, "sh", size, disk.toString()));
    words.addAll(command);
    Process child = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    child.waitFor();
    return said.lines().toList();
  }

  private List<String> merge(String size, int tensors) throws IOException, InterruptedException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return onSmallDisk(
        size,
        List.of(
            java.toString(),
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            SmallDisk.class.getName(),
            GOLDEN.resolve("base").toString(),
            GOLDEN.resolve("adapter").toString(),
            disk.toString(),
            Integer.toString(tensors)));
  }

  private static int tensors() {
    try (Weights base = Weights.open(GOLDEN.resolve("base"))) {
      return base.tensors().size();
    }
  }

  @Test
  void mergesWhereThereIsRoom() throws IOException, InterruptedException {
    assertThat(merge("80m", -1).getFirst()).isEqualTo("merged");
  }

  @Test
  void aDiskThatIsTooSmallIsRefusedBeforeTheStart() throws IOException, InterruptedException {
    List<String> said = merge("8m", -1);
    assertThat(said).hasSize(2);
    assertThat(said.getFirst()).isEqualTo("DISK_FULL");
    assertThat(said.getLast()).contains("bytes left, and the model needs");
  }

  @Test
  void aDiskThatBecomesFullIsToldInOneLineAndNothingIsLeft()
      throws IOException, InterruptedException {
    for (int after : new int[] {1, tensors() / 2, tensors()}) {
      List<String> said = merge("80m", after);
      assertThat(said).as("after %d of %d tensors: %s", after, tensors(), said).hasSize(2);
      assertThat(said.getFirst()).isEqualTo("DISK_FULL");
      assertThat(said.getLast())
          .startsWith("the disk that holds " + disk.resolve(".out.part"))
          .endsWith(" is full: free some space and try again");
    }
    assertThat(disk).isEmptyDirectory();
  }
}
