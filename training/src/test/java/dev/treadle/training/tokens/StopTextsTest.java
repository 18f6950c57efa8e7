package dev.treadle.training.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Texts that end an answer. */
final class StopTextsTest {
  private static String read(StopTexts stops, String text, int size) {
    StringBuilder said = new StringBuilder();
    for (int at = 0; at < text.length() && !stops.isFound(); at += size) {
      said.append(stops.add(text.substring(at, Math.min(text.length(), at + size))));
    }
    return said.append(stops.end()).toString();
  }

  @Test
  void theFirstThatComesEndsTheAnswer() {
    for (int size = 1; size < 12; size++) {
      StopTexts stops = new StopTexts(List.of("END", "\n\n"));
      assertThat(read(stops, "one EN\nENDE\n\nmore", size)).isEqualTo("one EN\n");
      assertThat(stops.isFound()).isTrue();
    }
  }

  @Test
  void whatOnlyBeganIsSaidInTheEnd() {
    for (int size = 1; size < 12; size++) {
      StopTexts stops = new StopTexts(List.of("abac"));
      assertThat(read(stops, "ababab aba", size)).isEqualTo("ababab aba");
      assertThat(stops.isFound()).isFalse();
    }
  }
}
