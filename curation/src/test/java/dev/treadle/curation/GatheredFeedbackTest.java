package dev.treadle.curation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.Example;
import dev.treadle.transcript.Feedback;
import dev.treadle.transcript.FeedbackCodec;
import dev.treadle.transcript.Message;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of what people said of answers. */
class GatheredFeedbackTest extends GatheredLog {
  @Test
  void feedbackBecomesScoresAndLabels() {
    Talk talk = new Talk("c_1");
    talk.turn("1", "q1", "a1");
    talk.turn("2", "q2", "a2");
    say(
        "1",
        Optional.of("xc_1"),
        Optional.empty(),
        Optional.of(1.0),
        Optional.of(true),
        Optional.empty());
    say(
        "2",
        Optional.of("xc_2"),
        Optional.empty(),
        Optional.of(0.5),
        Optional.of(false),
        Optional.empty());
    say(
        "3",
        Optional.empty(),
        Optional.of("c_1"),
        Optional.empty(),
        Optional.of(true),
        Optional.empty());
    say(
        "4",
        Optional.of("xc_9"),
        Optional.empty(),
        Optional.of(1.0),
        Optional.empty(),
        Optional.empty());
    say(
        "5",
        Optional.empty(),
        Optional.of("c_9"),
        Optional.of(1.0),
        Optional.empty(),
        Optional.empty());

    Example example = gather().getFirst();

    assertThat(example.header().scores().toString()).contains("feedback=Score[value=0.75");
    assertThat(example.header().labels().toString())
        .contains("thumbs=\"mixed\"", "topic=\"refund\"");
    assertThat(example.header().extra().toString()).contains("[\"c3\",\"c1\",\"c2\"]");
    assertThat(rows.get(1))
        .isEqualTo(
            new Funnel.Row(
                "feedback", 5, 3, 0, new java.util.TreeMap<>(Map.of("no_exchange", 2L))));
  }

  @Test
  void aCorrectionBecomesAComparisonAndTheAnswerIsNoTarget() {
    Talk talk = new Talk("c_1");
    talk.turn("1", "q1", "wrong");
    talk.turn("2", "q2", "a2");
    say(
        "1",
        Optional.of("xc_1"),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of("worse"));
    say(
        "2",
        Optional.of("xc_1"),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of("right"));

    List<Example> found = gather();

    assertThat(keys(found)).containsExactly("c_1", "xc_1/correction");
    assertThat(said(found.getFirst())).isEqualTo("U:q1 A:wrong U:q2 A!:a2");
    assertThat(found.get(1))
        .isInstanceOfSatisfying(
            Comparison.class,
            it -> {
              assertThat(said(it)).isEqualTo("U:q1");
              assertThat(it.header().source().group()).isEqualTo("c_1");
              assertThat(Candidates.best(Candidates.scored(it)).orElseThrow().message())
                  .isEqualTo(Message.Assistant.of("right"));
              assertThat(Candidates.worst(Candidates.scored(it)).orElseThrow().model())
                  .isEqualTo("qwen3-14b");
            });
    assertThat(rows.get(1).changed()).isEqualTo(2);
  }

  @Test
  void aDemonstrationBecomesAConversationWhoseLastAnswerIsTheTarget() {
    new Talk("c_1").turn("1", "q1", "wrong");
    feedback.add(
        FeedbackCodec.encode(
            new Feedback(
                "fb_1",
                TIME.plusSeconds(9),
                Optional.empty(),
                Optional.of("c_1"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(
                    List.of(
                        Message.user("q1"),
                        Message.Assistant.of("wait"),
                        Message.user("go"),
                        Message.Assistant.of("right"))),
                Optional.empty(),
                Map.of())));

    List<Example> found = gather();

    assertThat(found.stream().map(GatheredLog::said))
        .containsExactly("U:q1 A:wrong", "U:q1 A:wait U:go A!:right");
    assertThat(keys(found)).containsExactly("c_1", "xc_1/demonstration");
  }
}
