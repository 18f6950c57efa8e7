package dev.treadle.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.transcript.TreadleException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
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
    return new Policies.Standing(
        Optional.of(version), Optional.empty(), Optional.empty(), 0, Instant.EPOCH, "better");
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
            before ->
                new Policies.Standing(
                    before.orElseThrow().live(),
                    Optional.empty(),
                    Optional.of(version),
                    0.1,
                    Instant.EPOCH,
                    "canary"));
    lake.close();
    lake = Lake.open(folder.resolve("lake"), Lakes.settings(2));
    assertThat(lake.policies().live()).containsOnlyKeys("default");
    assertThat(lake.policies().standing("default").orElseThrow().canary()).contains(version);
    assertThat(lake.policies().standing("default").orElseThrow().share()).isEqualTo(0.1);
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
