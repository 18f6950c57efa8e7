package dev.treadle.measure.text;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ShinglesTest {
  private static double similarity(String a, String b) {
    return Shingles.jaccard(Shingles.of(a), Shingles.of(b));
  }

  @Test
  void countsRunsOfFiveWords() {
    assertThat(Shingles.of("one two three four five six seven")).hasSize(3);
  }

  @Test
  void countsRunsOfFiveChineseCharacters() {
    assertThat(Shingles.of("织布机停在那里")).hasSize(3);
    assertThat(similarity("今天天气很好我们去公园散步吧", "今天天气很好我们去公园跑步吧")).isBetween(0.3, 0.9);
  }

  @Test
  void takesMixedTextAsOneRunOfTokens() {
    assertThat(Shingles.of("用 Java 写 一个 parser 吧")).hasSize(3);
  }

  @Test
  void ignoresCaseSpacePunctuationAndWidth() {
    assertThat(similarity("The loom, stood idle all day.", "the  loom stood\nIDLE all day"))
        .isEqualTo(1);
    assertThat(similarity("ＡＢＣ　ｄｅｆ one two three", "abc def one two three")).isEqualTo(1);
  }

  @Test
  void takesAShortTextAsOneShingle() {
    assertThat(Shingles.of("yes")).hasSize(1);
    assertThat(similarity("yes please", "Yes, please!")).isEqualTo(1);
    assertThat(similarity("yes please", "please yes")).isZero();
    assertThat(similarity("yes", "yes yes")).isZero();
  }

  @Test
  void takesPunctuationAloneByItsCharacters() {
    assertThat(similarity("???", "???")).isEqualTo(1);
    assertThat(similarity("???", "!!!")).isZero();
    assertThat(Shingles.of(" ")).isEmpty();
  }

  @Test
  void orderOfWordsCounts() {
    assertThat(similarity("a b c d e", "e d c b a")).isZero();
  }

  @Property
  void normalFormIsStable(@ForAll String text) {
    String normal = NormalText.of(text);
    assertThat(NormalText.of(normal)).isEqualTo(normal);
    assertThat(TextKey.of(normal)).isEqualTo(TextKey.of(text));
  }

  @Property
  void aTextIsLikeItself(@ForAll String text) {
    assertThat(similarity(text, text)).isEqualTo(1);
    assertThat(Shingles.of(text)).isSorted().doesNotHaveDuplicates();
  }

  @Property
  void likenessIsMutual(@ForAll String a, @ForAll String b) {
    assertThat(similarity(a, b)).isEqualTo(similarity(b, a)).isBetween(0.0, 1.0);
  }
}
