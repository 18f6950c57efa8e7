package dev.treadle.training.torchrun;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two real processes of torchrun's, on the processor; where there is a Python with PEFT. */
@Tag("slow")
final class TorchrunRealTest {
  @TempDir private Path folder;

  @Test
  void trainsAsTheOwnEngineDoes() throws Exception {
    String python = System.getenv("TREADLE_PYTHON");
    Assumptions.assumeTrue(
        python != null && !python.isBlank(),
        "skipped: TREADLE_PYTHON names no Python with torch, transformers and PEFT");

    TorchrunBench.Difference it =
        TorchrunBench.compare(folder, "qwen3", Strategy.DDP, String.valueOf(python));

    assertThat(it.isAbove(TorchrunBench.BAR)).as(it.toString()).isFalse();
  }
}
