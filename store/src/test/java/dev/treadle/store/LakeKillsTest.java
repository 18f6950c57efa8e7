package dev.treadle.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LakeKillsTest {
  @TempDir Path folder;

  @Test
  @Tag("slow")
  void fourKilledProcessesLoseNothingThatTheyAcknowledged()
      throws IOException, InterruptedException {
    LakeKills.Outcome outcome = new LakeKills(folder, 1).run(2);
    assertThat(outcome.acknowledged()).isPositive();
    assertThat(outcome.lost()).isZero();
    assertThat(outcome.doubled()).isZero();
  }
}
