package dev.treadle.measure.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signs of bad answers, and questions whose answers are known. */
class HeuristicsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "I'm sorry, but I can't help with that.",
        "I’m unable to answer this question.",
        "抱歉，我无法回答这个问题。",
        "Es tut mir leid, aber dabei kann ich nicht helfen.",
        "Lo siento, pero no puedo ayudar con eso."
      })
  void knowsARefusal(String answer) {
    assertThat(Heuristics.sign("?", answer)).contains(Heuristics.Sign.REFUSAL);
    Judgement judgement = Heuristics.judge("?", answer);
    assertThat(judgement.score()).isZero();
    assertThat(judgement.method()).isEqualTo("heuristic:refusal");
  }

  @Test
  void knowsWhatIsEmptyRepeatedCutOrInAnotherLanguage() {
    assertThat(Heuristics.sign("?", " …\n")).contains(Heuristics.Sign.EMPTY);
    assertThat(Heuristics.sign("?", "<think>hm</think>")).contains(Heuristics.Sign.EMPTY);
    assertThat(Heuristics.sign("?", "the same thing again and ".repeat(20)))
        .contains(Heuristics.Sign.REPETITION);
    assertThat(Heuristics.sign("?", "重复的话说了又说".repeat(20))).contains(Heuristics.Sign.REPETITION);
    assertThat(Heuristics.sign("?", "```java\nint x = 1;\n")).contains(Heuristics.Sign.TRUNCATION);
    assertThat(Heuristics.sign("请用中文解释一下什么是数据飞轮以及它有什么用处", "A data flywheel is a loop."))
        .contains(Heuristics.Sign.LANGUAGE_MISMATCH);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Paris.",
        "42",
        "I'm sorry to hear that. Try to rest, and drink enough.",
        "数据飞轮是一个自优化的闭环系统，它收集数据并训练模型。",
        "| a | b |\n| 1 | 2 |\n| 3 | 4 |"
      })
  void anAnswerWithoutSignsHasNoScore(String answer) {
    Judgement judgement = Heuristics.judge("?", answer);
    assertThat(judgement.score()).isEqualTo(-1);
    assertThat(judgement.method()).isEqualTo("heuristic");
  }

  @Test
  void findsAKnownQuestionHoweverItIsSpaced() {
    GoldenSet known =
        new GoldenSet(
            List.of(
                new GoldenSet.Known("What is 3-2?", "1", Optional.empty()),
                new GoldenSet.Known("What is 3*2?", "6", Optional.of(Method.NUMERIC))));
    assertThat(known.size()).isEqualTo(2);
    assertThat(known.find("  what IS 3-2?\n").orElseThrow().reference()).isEqualTo("1");
    assertThat(known.find("What  is 3*2？").orElseThrow().reference()).isEqualTo("6");
    assertThat(known.find("What is 3/2?")).isEmpty();
  }
}
