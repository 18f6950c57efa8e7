package dev.treadle.measure.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpellingTest {
  @Test
  void namesTheNearestWordAndNoneThatIsFarOff() {
    List<String> known = List.of("select", "replays", "exact-duplicates");

    assertThat(Spelling.nearest("selct", known)).contains("select");
    assertThat(Spelling.nearest("duplicates", known)).isEmpty();
    assertThat(Spelling.nearest("zzzzzzzzz", known)).isEmpty();
  }

  @Test
  void countsInsertionsDeletionsAndReplacements() {
    assertThat(Spelling.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(Spelling.distance("", "abc")).isEqualTo(3);
    assertThat(Spelling.distance("same", "same")).isZero();
  }
}
