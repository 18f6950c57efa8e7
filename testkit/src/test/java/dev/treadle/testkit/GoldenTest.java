package dev.treadle.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;

class GoldenTest {
  @TempDir Path folder;

  @Test
  void refusesDifferenceAndSaysHowToBless() throws IOException {
    Path file = folder.resolve("docs/page.md");

    assertThatThrownBy(() -> Golden.check(file, "new\n", false))
        .isInstanceOf(AssertionFailedError.class)
        .hasMessageContaining("-Dtreadle.bless=true");
    assertThat(file).doesNotExist();

    Golden.check(file, "new\n", true);
    Golden.check(file, "new\n", false);
    assertThat(file).hasContent("new\n");
  }

  @Test
  void findsTheCheckout() {
    assertThat(Project.root().resolve("mvnw")).isRegularFile();
  }
}
