package dev.treadle.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewFileTest {
  @TempDir Path folder;

  @Test
  void takesThePlaceOfWhatWasThere() {
    Path file = folder.resolve("page");
    NewFile.write(file, new byte[] {1, 2, 3});
    NewFile.write(file, new byte[] {4});
    assertThat(file).hasBinaryContent(new byte[] {4});
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void whatCannotBeWrittenLeavesNothingBehind() throws IOException {
    Path file = folder.resolve("page");
    Path inTheWay = Files.createDirectories(file.resolve("in-the-way"));
    assertThatThrownBy(() -> NewFile.write(file, new byte[] {1}))
        .extracting("code")
        .isEqualTo(TrainingError.WRITE_FAILED);
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
    assertThat(inTheWay).exists();
  }
}
