package dev.treadle.measure.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an answer is worth, by its reference. */
class AnswerScoreTest {
  private static final int MEGABYTE = 1 << 20;

  @Test
  void decidesAsPeopleDid() {
    List<AnswerPairs.Pair> pairs = AnswerPairs.shipped();
    long agreed = pairs.stream().filter(AnswerPairs.Pair::isAgreed).count();
    long wrong = pairs.stream().filter(it -> !it.isRight()).count();

    assertThat(pairs).hasSizeGreaterThanOrEqualTo(300);
    assertThat(wrong).isGreaterThanOrEqualTo(pairs.size() * 4L / 10);
    assertThat(agreed / (double) pairs.size()).isGreaterThanOrEqualTo(0.98);
    assertThat(pairs).filteredOn(it -> !it.isRight() && !it.isAgreed()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "42|numeric",
        "3/4|numeric",
        "5 km|numeric",
        "三百二十一|numeric",
        "x+1|mathematical",
        "{1, 2}|mathematical",
        "(1, 3]|mathematical",
        "B|multiple_choice",
        "(b)|multiple_choice",
        "Paris|exact",
        "H2O|exact",
        "2024-05-17|exact",
        "The cat sat on the mat and then it slept for a very long time there|rouge_l"
      })
  void findsTheMethodThatFitsTheReference(String reference, String method) {
    assertThat(AnswerScore.judge("", "something", reference).method()).isEqualTo(method);
  }

  @Test
  void judgesByTheMethodThatIsAskedFor() {
    assertThat(AnswerScore.judge("", "0.50", "0.5", Optional.of(Method.EXACT)).score()).isZero();
    assertThat(AnswerScore.judge("", "0.50", "0.5", Optional.of(Method.NUMERIC)).score())
        .isEqualTo(1);
    Judgement none = AnswerScore.judge("", "x", "Paris", Optional.of(Method.NUMERIC));
    assertThat(none.score()).isEqualTo(-1);
    assertThat(none.explanation()).contains("no mathematics");
  }

  @Test
  void saysThatCodeCannotBeJudgedHere() {
    Judgement none = AnswerScore.judge("", "print(1)", "x", Optional.of(Method.CODE));
    assertThat(none.score()).isEqualTo(-1);
    assertThat(none.method()).isEqualTo("code");
    assertThat(none.explanation()).contains("no sandbox");
  }

  @Test
  void comparesTextsByTheirCommonSubsequence() {
    // Lin (2004), section 3.1: "police killed the gunman" against two candidates.
    Optional<Method> rouge = Optional.of(Method.ROUGE_L);
    assertThat(
            AnswerScore.judge("", "police kill the gunman", "police killed the gunman", rouge)
                .score())
        .isEqualTo(0.75);
    assertThat(
            AnswerScore.judge("", "the gunman kill police", "police killed the gunman", rouge)
                .score())
        .isEqualTo(0.5);
    assertThat(AnswerScore.judge("", "今天天气很好", "今天天气好", rouge).score())
        .isEqualTo(2 * (5 / 6.0) / (1 + 5 / 6.0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9",
        "(",
        "[",
        "{",
        "\\frac{",
        "\\boxed{",
        "1,",
        "x^",
        "-",
        "$",
        "a ",
        "answer is ",
        "一",
        "½",
        "√(",
        "1/",
        "2 and ",
        "\\sqrt[",
        "so 1. ",
        "A, ",
        "**",
        "^{",
        "sin ",
        "!",
        "1.000.",
        "≈1",
        "|",
        "= "
      })
  @Timeout(value = 20, unit = TimeUnit.SECONDS)
  void hostileAnswersTakeNoLong(String piece) {
    String answer = piece.repeat(MEGABYTE / piece.length());
    for (String reference : new String[] {"42", "x+1", "B", "Paris", "{1,2}"}) {
      assertThat(AnswerScore.judge("A. 1\nB. 2", answer, reference).score()).isBetween(0.0, 1.0);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9^9^9^9",
        "1e99999999",
        "99999!",
        "(9^9999)^9999",
        "2^(-99999999999)",
        "1/0",
        "0^(-1)"
      })
  void hugeNumbersAreNotComputed(String huge) {
    assertThat(AnswerScore.judge("", huge, "42").score()).isZero();
    assertThat(AnswerScore.judge("", "42", huge).score()).isNotEqualTo(1);
  }

  @Property(tries = 300)
  void anyTextGetsAScore(
      @ForAll @StringLength(max = 60) String question,
      @ForAll @StringLength(max = 60) String answer,
      @ForAll @StringLength(max = 30) String reference) {
    Judgement judgement = AnswerScore.judge(question, answer, reference);
    assertThat(judgement.score()).isBetween(-1.0, 1.0);
  }

  @Property(tries = 3000)
  void anyMixtureOfWhatAnswersAreMadeOfGetsAScore(
      @ForAll("pieces") String question,
      @ForAll("pieces") String answer,
      @ForAll("pieces") String reference) {
    Judgement judgement = AnswerScore.judge(question, answer, reference);
    assertThat(judgement.score()).isBetween(-1.0, 1.0);
  }

  @Provide
  Arbitrary<String> pieces() {
    return Arbitraries.of(
            "0",
            "1",
            "7",
            "42",
            "000",
            "1,234",
            ".",
            ",",
            "'",
            " ",
            "%",
            "/",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "^",
            "-",
            "+",
            "=",
            "e",
            "E",
            "x",
            "y",
            "\\frac",
            "\\sqrt",
            "\\boxed{",
            "\\pi",
            "$",
            "€",
            "¥",
            "km",
            "kg",
            "h",
            "°C",
            "百",
            "三",
            "分之",
            "点",
            "万",
            "答案：",
            "The answer is ",
            "#### ",
            "A",
            "(B)",
            "½",
            "×10^",
            "\n",
            " or ",
            "∞",
            ":",
            "…",
            "not ")
        .list()
        .ofMaxSize(9)
        .map(it -> String.join("", it));
  }

  @Property(tries = 300)
  void wholeNumbersAreRightOnlyWhereTheyAreTheSame(@ForAll int one, @ForAll int other) {
    assertThat(AnswerScore.judge("", "The answer is " + one + ".", "" + other).score())
        .isEqualTo(one == other ? 1 : 0);
    assertThat(
            AnswerScore.judge("", String.format(java.util.Locale.ROOT, "%,d", one), "" + one)
                .score())
        .isEqualTo(1);
  }
}
