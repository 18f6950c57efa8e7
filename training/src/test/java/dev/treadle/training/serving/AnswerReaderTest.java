package dev.treadle.training.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What of an answer is text, thinking and calls. */
final class AnswerReaderTest {
  /** The parts, joined where they are of one kind, of an answer that comes in random pieces. */
  private static List<String> read(
      String answer, boolean hasThinking, boolean isThinking, boolean hasCalls) {
    List<String> whole = read(List.of(answer), hasThinking, isThinking, hasCalls);
    SplittableRandom random = new SplittableRandom(answer.hashCode());
    for (int i = 0; i < 50; i++) {
      List<String> pieces = new ArrayList<>();
      for (int at = 0; at < answer.length(); ) {
        int end = Math.min(answer.length(), at + 1 + random.nextInt(6));
        pieces.add(answer.substring(at, end));
        at = end;
      }
      assertThat(read(pieces, hasThinking, isThinking, hasCalls)).isEqualTo(whole);
    }
    return whole;
  }

  private static List<String> read(
      List<String> pieces, boolean hasThinking, boolean isThinking, boolean hasCalls) {
    AnswerReader reader = new AnswerReader(hasThinking, isThinking, hasCalls);
    List<AnswerPart> parts = new ArrayList<>();
    pieces.forEach(it -> parts.addAll(reader.add(it)));
    parts.addAll(reader.end());
    List<String> joined = new ArrayList<>();
    for (AnswerPart it : parts) {
      String text =
          switch (it) {
            case AnswerPart.Content content -> "text:" + content.text();
            case AnswerPart.Reasoning reasoning -> "thought:" + reasoning.text();
            case AnswerPart.Call call -> "call:" + call.name() + call.arguments();
          };
      String kind = text.substring(0, text.indexOf(':') + 1);
      if (!joined.isEmpty() && joined.getLast().startsWith(kind) && !kind.equals("call:")) {
        joined.add(joined.removeLast() + text.substring(kind.length()));
      } else {
        joined.add(text);
      }
    }
    return joined;
  }

  @Test
  void textOfAModelWithoutMarksStaysAsItIs() {
    String text = " a <think>b</think>\n<tool_call>{\"name\": \"f\"}</tool_call> \n";
    assertThat(read(text, false, false, false)).containsExactly("text:" + text);
  }

  @Test
  void thinkingStandsBeforeTheAnswer() {
    assertThat(read("<think>\nSo be\n it.\n</think>\n\nYes.\n", true, false, false))
        .containsExactly("thought:So be\n it.", "text:Yes.\n");
    assertThat(read("\n<think>\n\n</think>\n\nYes", true, false, true)).containsExactly("text:Yes");
    assertThat(read("So.\n</think>\nYes", true, true, false))
        .containsExactly("thought:So.", "text:Yes");
    assertThat(read("<think>never ended ", true, false, false))
        .containsExactly("thought:never ended");
  }

  @Test
  void whatLooksLikeThinkingLaterIsText() {
    assertThat(read("Write <think>x</think> first.", true, false, false))
        .containsExactly("text:Write <think>x</think> first.");
    assertThat(read("<think>a</think>b<think>c", true, false, false))
        .containsExactly("thought:a", "text:b<think>c");
  }

  @Test
  void callsStandBesideTheText() {
    String call =
        "<tool_call>\n{\"name\": \"look\", \"arguments\": {\"at\": [1, \"é\"]}}\n</tool_call>";
    assertThat(read("I look.\n" + call + "\n" + call, true, false, true))
        .containsExactly(
            "text:I look.", "call:look{\"at\":[1,\"é\"]}", "call:look{\"at\":[1,\"é\"]}");
    assertThat(read("<think>\nhm\n</think>\n\n" + call, true, false, true))
        .containsExactly("thought:hm", "call:look{\"at\":[1,\"é\"]}");
    assertThat(read("<tool_call>{\"name\": \"now\"}", false, false, true))
        .containsExactly("call:now{}");
  }

  @Test
  void brokenCallsStayText() {
    for (String it :
        List.of(
            "<tool_call>{\"name\": \"f\", </tool_call>",
            "<tool_call>[1]</tool_call>",
            "<tool_call>{\"arguments\": {}}</tool_call>",
            "<tool_call>{\"name\": \"f\", \"arguments\": 3}</tool_call>",
            "<tool_call>{\"name\"",
            "<tool_cal")) {
      assertThat(read(it, true, false, true)).containsExactly("text:" + it);
    }
  }

  @Test
  void whiteSpaceAtTheEndIsKept() {
    assertThat(read("a\n\n", true, false, true)).containsExactly("text:a\n\n");
    assertThat(read("  a b ", true, false, true)).containsExactly("text:  a b ");
  }
}
