package dev.treadle.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

class NeedsTest {
  @TempDir Path folder;

  @Test
  void findsProgramOfPath() {
    assertThat(Needs.program("sh")).isExecutable();
  }

  @Test
  void passesOverWhatCannotBeExecuted() throws IOException {
    Files.writeString(folder.resolve("tool"), "no program");
    Files.createDirectory(folder.resolve("folder"));

    assertThat(Needs.find("tool", folder.toString())).isEmpty();
    assertThat(Needs.find("folder", folder.toString())).isEmpty();
    assertThat(folder.resolve("tool").toFile().setExecutable(true)).isTrue();
    assertThat(Needs.find("tool", "/nowhere:" + folder)).contains(folder.resolve("tool"));
  }

  @Test
  void skipsAloudNamingTheScript() {
    assertThatThrownBy(() -> Needs.missing("the program bwrap", false))
        .isInstanceOf(TestAbortedException.class)
        .hasMessageContaining("bwrap")
        .hasMessageContaining("bin/install-test-tools");
  }

  @Test
  void failsWhereAllTestsAreWanted() {
    assertThatThrownBy(() -> Needs.missing("the program bwrap", true))
        .isInstanceOf(AssertionFailedError.class)
        .hasMessageContaining("bin/install-test-tools");
  }
}
