package dev.treadle.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class TimestampsTest {
  @Property
  void readsTheCommonFormAsTheParserDoes(
      @ForAll @LongRange(min = -30_000_000_000L, max = 250_000_000_000L) long seconds,
      @ForAll @LongRange(min = 1, max = 999) long millis) {
    Instant instant = Instant.ofEpochSecond(seconds, millis * 1_000_000);

    assertThat(Timestamps.read(instant.toString())).contains(instant);
  }

  @Test
  void readsOtherFormsAndRefusesWhatIsNoTime() {
    assertThat(Timestamps.read("2025-06-14T11:00:00Z"))
        .contains(Instant.parse("2025-06-14T11:00:00Z"));
    assertThat(Timestamps.read("2025-06-14T11:00:00.123456Z")).isPresent();
    assertThat(Timestamps.read("2025-02-30T11:00:00.123Z")).isEmpty();
    assertThat(Timestamps.read("2025-02-20T24:00:00.123Z")).isEmpty();
    assertThat(Timestamps.read("2025-06-14T11:00:00+02:00")).isPresent();
    assertThat(Timestamps.read("yesterday")).isEmpty();
    assertThat(Timestamps.read("")).isEmpty();
  }
}
