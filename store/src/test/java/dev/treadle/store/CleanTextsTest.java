package dev.treadle.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.store.redaction.Redactor;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CleanTextsTest {
  private static final String LONG = "a text that is long enough to be kept, of more than that";

  @TempDir Path folder;

  @Test
  void knowsWhatWasClean() {
    CleanTexts texts = new CleanTexts(1000);

    texts.add(LONG);

    assertThat(texts.knows(new String(LONG.toCharArray()))).isTrue();
    assertThat(texts.knows(LONG + ".")).isFalse();
    assertThat(texts.knows("short")).isFalse();
  }

  @Test
  void letsGoOfWhatWasNotMetForLongest() {
    CleanTexts texts = new CleanTexts(2 * LONG.length() + 10);
    texts.add(LONG + "1");
    texts.add(LONG + "2");
    assertThat(texts.knows(LONG + "1")).isTrue();

    texts.add(LONG + "3");

    assertThat(texts.knows(LONG + "1")).isTrue();
    assertThat(texts.knows(LONG + "2")).isFalse();
    assertThat(texts.knows(LONG + "3")).isTrue();
  }

  @Test
  void aTextWithASecretIsRedactedEachTime() {
    try (Lake lake = Lakes.create(folder, 1)) {
      RedactingWriter writer = new RedactingWriter(Redactor.standard(), lake.blobs());
      String secret = LONG + " ann" + "@" + "example.com";

      for (int i = 0; i < 3; i++) {
        assertThat(writer.clean(LONG)).isEqualTo(LONG);
        assertThat(writer.clean(secret)).doesNotContain("example.com");
        writer.clear();
      }
    }
  }

  @Test
  void countsTextsToo() {
    CleanTexts texts = new CleanTexts(1 << 20);
    for (int i = 0; i < 5000; i++) {
      texts.add("name " + i);
    }

    assertThat(texts.knows("name 0")).isFalse();
    assertThat(texts.knows("name 4999")).isTrue();
  }

  @Property(tries = 200)
  void neverKeepsMoreThanItMay(@ForAll @Size(max = 60) List<Integer> lengths) {
    CleanTexts texts = new CleanTexts(500);
    int kept = 0;
    for (int length : lengths) {
      texts.add("x".repeat(Math.floorMod(length, 300)));
    }
    for (int length = 0; length < 300; length++) {
      kept += texts.knows("x".repeat(length)) ? length : 0;
    }
    assertThat(kept).isLessThanOrEqualTo(500);
  }
}
