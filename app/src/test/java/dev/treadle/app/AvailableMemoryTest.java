package dev.treadle.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.app.workspace.AvailableMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much memory is left, by what Linux writes into files. */
class AvailableMemoryTest {
  @TempDir Path root;

  private void file(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, text);
  }

  @Test
  void isUnknownWhereNothingIsWritten() throws IOException {
    assertThat(AvailableMemory.read(root)).isEmpty();
    file("proc/meminfo", "MemTotal: many kB\nMemAvailable: 99999999999999999999999 kB\n");
    assertThat(AvailableMemory.read(root)).isEmpty();
  }

  @Test
  void isWhatTheMachineHasFree() throws IOException {
    file("proc/meminfo", "MemTotal:  2000 kB\nMemFree: 1 kB\nMemAvailable:    1000 kB\n");
    file("proc/self/cgroup", "0::/user.slice\n");
    file("sys/fs/cgroup/user.slice/memory.max", "max\n");
    file("sys/fs/cgroup/user.slice/memory.current", "5000\n");
    assertThat(AvailableMemory.read(root)).hasValue(1_024_000);
  }

  @Test
  void isWhatTheControlGroupsLeave() throws IOException {
    file("proc/meminfo", "MemAvailable:    1000 kB\n");
    file("proc/self/cgroup", "0::/pod/box\n");
    file("sys/fs/cgroup/pod/memory.max", "500000\n");
    file("sys/fs/cgroup/pod/memory.current", "300000\n");
    file("sys/fs/cgroup/pod/memory.stat", "anon 1\ninactive_file 40000\nactive_file 7\n");
    file("sys/fs/cgroup/pod/box/memory.max", "900000\n");
    file("sys/fs/cgroup/pod/box/memory.current", "300000\n");
    assertThat(AvailableMemory.read(root))
        .as("the outer group is the narrow one")
        .hasValue(240_000);

    file("sys/fs/cgroup/pod/memory.current", "700000\n");
    assertThat(AvailableMemory.read(root)).as("never below zero").hasValue(0);
  }

  @Test
  void readsTheFirstVersionOfControlGroupsToo() throws IOException {
    file("proc/self/cgroup", "3:cpu:/x\n2:memory,hugetlb:/docker/1\n");
    file("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    file("sys/fs/cgroup/memory/memory.usage_in_bytes", "100\n");
    assertThat(AvailableMemory.read(root)).as("no limit").isEmpty();

    file("sys/fs/cgroup/memory/memory.limit_in_bytes", "1000\n");
    assertThat(AvailableMemory.read(root)).hasValue(900);
  }
}
