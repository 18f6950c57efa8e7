package dev.treadle.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PowerCutDiskTest extends DiskConformance {
  private static final Path FILE = Path.of("/folder/file");
  private final PowerCutDisk disk = folderOn(new PowerCutDisk(1));

  private static PowerCutDisk folderOn(PowerCutDisk disk) {
    try {
      disk.createDirectory(Path.of("/folder"));
      disk.forceDirectory(Path.of("/"));
      return disk;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  protected Disk disk() {
    return disk;
  }

  @Override
  protected Path folder() {
    return Path.of("/folder");
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String read(PowerCutDisk disk) throws IOException {
    return disk.exists(FILE)
        ? new String(DiskStreams.readFully(disk, FILE, 1 << 20), StandardCharsets.UTF_8)
        : "absent";
  }

  @Test
  void losesWhatWasNotForcedInEveryWay() throws IOException {
    Disk.Output output = disk.create(FILE);
    DiskStreams.appendFully(output, bytes("a".repeat(512)));
    output.force();
    Set<String> unforcedName = new HashSet<>();
    for (int seed = 0; seed < 100; seed++) {
      unforcedName.add(read(disk.afterCut(seed)));
    }
    assertThat(unforcedName).containsExactlyInAnyOrder("absent", "a".repeat(512));
  }

  @Test
  void keepsForcedBytesAndAnySectorsOfTheOthers() throws IOException {
    Disk.Output output = disk.create(FILE);
    disk.forceDirectory(folder());
    DiskStreams.appendFully(output, bytes("a".repeat(700)));
    output.force();
    DiskStreams.appendFully(output, bytes("b".repeat(2000)));
    Set<String> kept = new HashSet<>();
    boolean holed = false;
    for (int seed = 0; seed < 200; seed++) {
      String text = read(disk.afterCut(seed));
      assertThat(text).startsWith("a".repeat(700));
      kept.add(text);
      holed |= text.contains("\0") && text.endsWith("b");
    }
    assertThat(kept).hasSizeGreaterThan(50);
    assertThat(holed).as("later sectors survive where earlier ones are lost").isTrue();
  }

  @Test
  void aFailedForceLosesTheBytesThoughALaterOneSucceeds() throws IOException {
    Disk.Output output = disk.create(FILE);
    disk.forceDirectory(folder());
    DiskStreams.appendFully(output, bytes("a".repeat(10)));
    disk.failAt(disk.operations(), "Input/output error");
    assertThatThrownBy(output::force).hasMessage("Input/output error");
    output.force();
    assertThat(read(disk)).isEqualTo("a".repeat(10));
    assertThat(read(disk.afterCut(5))).isEqualTo("\0".repeat(10));
  }

  @Test
  void nothingWorksAfterTheCut() throws IOException {
    disk.cutAt(disk.operations());
    assertThatThrownBy(() -> disk.create(FILE)).hasMessage("the power is off");
    assertThatThrownBy(() -> disk.list(folder())).hasMessage("the power is off");
    assertThat(disk.isCut()).isTrue();
  }
}
