package dev.treadle.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KnownTextsTest {
  private static final byte[] REST = {',', '1', ',', '2', ',', '3', ',', '4', ']'};

  private static byte[] line(String quoted) {
    byte[] text = quoted.getBytes(StandardCharsets.UTF_8);
    byte[] line = java.util.Arrays.copyOf(text, text.length + REST.length);
    System.arraycopy(REST, 0, line, text.length, REST.length);
    return line;
  }

  @Test
  void knowsWhatWasAddedAndNothingElse() {
    KnownTexts known = new KnownTexts();
    Random random = new Random(3);
    List<String> added = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      String text = '"' + "äb😀 c".repeat(random.nextInt(20)) + random.nextInt(100_000) + '"';
      byte[] line = line(text);
      if (known.behind(line, 0) < 0) {
        known.add(line, 0, line.length - REST.length);
        added.add(text);
      }
    }
    int found = 0;
    for (String text : added) {
      byte[] line = line(text);
      int behind = known.behind(line, 0);
      found += behind > 0 ? 1 : 0;
      assertThat(behind).isIn(-1, line.length - REST.length);
      byte[] other = line.clone();
      other[1 + random.nextInt(line.length - REST.length - 2)] ^= 1;
      assertThat(known.behind(other, 0)).isNegative();
    }
    assertThat(found).isGreaterThan(added.size() / 2);
  }

  @Test
  void leavesAloneWhatIsLongOrHasEscapesOrNoEnd() {
    KnownTexts known = new KnownTexts();
    for (String text :
        List.of('"' + "x".repeat(300) + '"', "\"a\\nb\"", "\"abcdefghij\\\"\"", "\"")) {
      byte[] line = line(text);
      assertThat(known.behind(line, 0)).isNegative();
      known.add(line, 0, line.length - REST.length);
      assertThat(known.behind(line, 0)).isNegative();
    }
    byte[] cut = "\"abc\"".getBytes(StandardCharsets.UTF_8); // Too near to the end to be looked at.
    assertThat(known.behind(cut, 0)).isNegative();
  }
}
