package dev.treadle.transcript.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.transcript.Json;
import dev.treadle.transcript.dialect.StreamedAnswer.Kind;
import org.junit.jupiter.api.Test;

class StreamedAnswerTest {
  @Test
  void keepsAnIndexThatIsNoPositionInTheStream() {
    String block = "{'type':'tool_use','id':'t','name':'f','input':{'rows':[{'index':5,'x':'a'}]}}";
    StreamedAnswer answer = StreamedAnswer.of(Protocol.MESSAGES);

    follow(answer, "{'type':'content_block_start','index':0,'content_block':" + block + "}");

    assertThat(answer.body().path("content").path(0)).isEqualTo(Json.read(quoted(block)));
  }

  @Test
  void joinsElementsThatHaveAnIndexAndKeepsIt() {
    StreamedAnswer answer = StreamedAnswer.of(Protocol.CHAT);

    follow(answer, delta("'reasoning_details':[{'index':0,'type':'reasoning.text','text':'a'}]"));
    follow(answer, delta("'reasoning_details':[{'index':0,'text':'b'}]"));

    assertThat(answer.body().at("/choices/0/message/reasoning_details"))
        .isEqualTo(Json.read(quoted("[{'index':0,'type':'reasoning.text','text':'ab'}]")));
  }

  @Test
  void countsNoErrorWhereTheFieldSaysNothing() {
    StreamedAnswer answer = StreamedAnswer.of(Protocol.CHAT);

    assertThat(follow(answer, "{'error':null,'choices':[]}")).isEqualTo(Kind.PREAMBLE);
    assertThat(follow(answer, "{'error':{},'choices':[]}")).isEqualTo(Kind.PREAMBLE);
    assertThat(follow(answer, "{'error':'overloaded'}")).isEqualTo(Kind.ERROR);
    assertThat(answer.error().orElseThrow().message()).isEqualTo("overloaded");
  }

  @Test
  void isFinishedOnlyWhenEveryChoiceIs() {
    StreamedAnswer answer = StreamedAnswer.of(Protocol.CHAT);

    follow(answer, "{'choices':[{'index':0,'delta':{'content':'a'}},{'index':1,'delta':{}}]}");
    follow(answer, "{'choices':[{'index':1,'delta':{},'finish_reason':'stop'}]}");
    assertThat(answer.isFinished()).isFalse();
    follow(answer, "{'choices':[{'index':0,'delta':{},'finish_reason':'length'}]}");
    assertThat(answer.isFinished()).isTrue();
    assertThat(answer.finishReason()).contains("length");
    assertThat(answer.isEnded()).isFalse();
  }

  @Test
  void passesOverPaddingAndForeignEnds() {
    assertThat(StreamedAnswer.of(Protocol.MESSAGES).follow(SseEvent.of("", "[DONE]")))
        .isEqualTo(Kind.KEEP_ALIVE);
    StreamedAnswer answer = StreamedAnswer.of(Protocol.CHAT);
    follow(answer, "{'choices':[],'obfuscation':'abc'}");
    assertThat(answer.body().has("obfuscation")).isFalse();
  }

  private static String delta(String fields) {
    return "{'choices':[{'index':0,'delta':{" + fields + "}}]}";
  }

  private static Kind follow(StreamedAnswer answer, String json) {
    return answer.follow(SseEvent.of("", quoted(json)));
  }

  private static String quoted(String json) {
    return json.replace('\'', '"');
  }
}
