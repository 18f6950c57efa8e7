package dev.treadle.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoliciesTest {
  @TempDir Path folder;
  private Lake lake;

  @BeforeEach
  void open() {
    lake = Lakes.create(folder, 1);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Policies.Standing live(int version) {
    return Policies.Standing.asConfigured(Instant.EPOCH).promoted(version, Instant.EPOCH, "better");
  }

  @Test
  void numbersPoliciesFromOne() {
    assertThat(lake.policies().versions()).isEmpty();
    assertThat(lake.policies().add(_ -> bytes("{\"a\":1}"))).isEqualTo(1);
    assertThat(lake.policies().add(it -> bytes("{\"a\":" + it + "}"))).isEqualTo(2);
    assertThat(lake.policies().versions()).containsExactly(1, 2);
    assertThat(lake.policies().read(2)).isEqualTo(bytes("{\"a\":2}"));
  }

  @Test
  void remembersWhatDecidesOnEachRoute() {
    int version = lake.policies().add(_ -> bytes("{}"));
    assertThat(lake.policies().live()).isEmpty();
    lake.policies().change("default", before -> live(version));
    lake.policies()
        .change(
            "default",
            before -> before.orElseThrow().onTrial(version, 0.1, Instant.EPOCH, "canary"));
    lake.close();
    lake = Lake.open(folder.resolve("lake"), Lakes.settings(2));
    assertThat(lake.policies().live()).containsOnlyKeys("default");
    assertThat(lake.policies().standing("default").orElseThrow().canary()).contains(version);
    assertThat(lake.policies().standing("default").orElseThrow().share()).isEqualTo(0.1);
  }

  @Test
  void remembersWhatWasTakenBack() {
    Policies.Standing trial =
        Policies.Standing.asConfigured(Instant.EPOCH)
            .promoted(1, Instant.EPOCH, "better")
            .promoted(2, Instant.EPOCH, "better")
            .onTrial(3, 0.1, Instant.EPOCH, "canary");
    assertThat(trial.live()).contains(2);
    assertThat(trial.previous()).contains(1);

    Policies.Standing back = trial.takenBack(Instant.EPOCH, "worse");
    assertThat(back.live()).contains(2);
    assertThat(back.canary()).isEmpty();
    assertThat(back.rolledBack()).containsExactly(3);

    Policies.Standing again = back.takenBack(Instant.EPOCH, "by hand");
    assertThat(again.live()).contains(1);
    assertThat(again.previous()).isEmpty();
    assertThat(again.rolledBack()).containsExactly(3, 2);
    assertThat(again.promoted(3, Instant.EPOCH, "by hand").rolledBack()).containsExactly(2);
    assertThat(trial.promoted(2, Instant.EPOCH, "again").previous()).contains(1);
  }

  @Test
  void readsWhatAnOlderVersionWrote() throws IOException {
    lake.policies().add(_ -> bytes("{}"));
    Files.writeString(
        folder.resolve("lake/policies/LIVE.json"),
        """
        {"routes":{"ask":{"live":1,"previous":null,"canary":null,"share":0.0,
        "since":"2026-11-19T08:00:00Z","why":"better"}}}
        """);
    assertThat(lake.policies().standing("ask").orElseThrow().live()).contains(1);
    assertThat(lake.policies().standing("ask").orElseThrow().rolledBack()).isEmpty();
  }

  @Test
  void refusesAVersionThatIsNotThere() {
    assertThatThrownBy(() -> lake.policies().change("default", _ -> live(7)))
        .isInstanceOf(TreadleException.class)
        .hasMessageContaining("no policy 7");
    assertThat(lake.policies().live()).isEmpty();
    assertThatThrownBy(() -> lake.policies().read(7)).hasMessageContaining("no policy 7");
  }
}
