package dev.treadle.measure.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class GramsTest {
  private static Set<Integer> hashes(String text) {
    Grams grams = Grams.of(text);
    Set<Integer> hashes = new HashSet<>();
    for (int i = 0; i < grams.size(); i++) {
      hashes.add(grams.hash(i));
    }
    return hashes;
  }

  private static int shared(String one, String other) {
    Set<Integer> both = hashes(one);
    both.retainAll(hashes(other));
    return both.size();
  }

  @Test
  void caseWidthAndBlanksDoNotMatter() {
    assertThat(hashes("  Hello\n\tWORLD ")).isEqualTo(hashes("ｈｅｌｌｏ world"));
  }

  @Test
  void orderOfWordsMatters() {
    assertThat(hashes("dog bites man")).isNotEqualTo(hashes("man bites dog"));
    assertThat(shared("dog bites man", "man bites dog")).isPositive();
  }

  @Test
  void partsOfWordsAreSharedWithoutBlanksToo() {
    assertThat(shared("translate", "translation")).isGreaterThan(10);
    assertThat(shared("数据库连接超时", "连接数据库")).isGreaterThan(5);
    assertThat(shared("東京の天気は", "天気を教えて")).isGreaterThan(2);
    assertThat(shared("데이터베이스를", "데이터베이스가")).isGreaterThan(5);
  }

  @Test
  void countsWhatRepeats() {
    Grams grams = Grams.of("very very very");

    assertThat(grams.count(0)).isEqualTo(3);
  }

  @Test
  void nothingHasNoGrams() {
    assertThat(Grams.of("").size()).isZero();
    assertThat(Grams.of(" \n\u200B").size()).isZero();
  }

  @Test
  void ofALongTextOnlyTheEndsAreLookedAt() {
    String head = "a".repeat(Grams.LIMIT);

    assertThat(hashes(head + "middle" + head)).isEqualTo(hashes(head + "other" + head));
    assertThat(hashes(head + " end")).isNotEqualTo(hashes(head + " fin"));
  }

  @Test
  void manyTextsAreLookedAtLessEach() {
    List<String> many = java.util.Collections.nCopies(30_000, "word ".repeat(30) + "at the end");
    Grams one = Grams.ofAll(many).getFirst();

    assertThat(one.size()).isPositive();
    assertThat(one.count(0)).isLessThan(30);
  }

  @Property(tries = 300)
  void anyTextHasGramsThatAreAllDifferent(@ForAll String text) {
    assertThat(hashes(text)).hasSize(Grams.of(text).size());
  }
}
