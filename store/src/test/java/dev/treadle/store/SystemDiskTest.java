package dev.treadle.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemDiskTest extends DiskConformance {
  @TempDir Path folder;
  private final Disk disk = new SystemDisk();

  @Override
  protected Disk disk() {
    return disk;
  }

  @Override
  protected Path folder() {
    return folder;
  }

  @Test
  void aPrivateFileIsItsOwnersOnly() throws IOException {
    disk.createPrivate(folder.resolve("key")).close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("key"))))
        .isEqualTo("rw-------");
  }
}
