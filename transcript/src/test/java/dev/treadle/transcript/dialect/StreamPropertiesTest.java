package dev.treadle.transcript.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** However an answer is cut into events, it is the same answer, in both wire APIs. */
class StreamPropertiesTest {
  @Provide
  Arbitrary<Message.Assistant> assistants() {
    return RequestArbitraries.assistants();
  }

  @Property(tries = 400)
  void foldsAStreamIntoTheWholeAnswer(
      @ForAll("assistants") Message.Assistant message, @ForAll long seed) {
    for (Protocol protocol : List.of(Protocol.CHAT, Protocol.MESSAGES)) {
      ObjectNode body = body(protocol, message);
      StreamedAnswer answer = followed(protocol, ScriptedStream.of(protocol, body, seed));

      assertThat(parsed(answer.body())).isEqualTo(body);
      assertThat(answer.isFinished()).isTrue();
      assertThat(answer.isEnded()).isTrue();
      assertThat(answer.usage()).contains(new Usage(100, 30, 20, 9, 4));
    }
  }

  @Property(tries = 400)
  void translatesAStreamAsItTranslatesTheWhole(
      @ForAll("assistants") Message.Assistant message, @ForAll long seed) {
    for (Protocol from : List.of(Protocol.CHAT, Protocol.MESSAGES)) {
      Protocol to = from == Protocol.CHAT ? Protocol.MESSAGES : Protocol.CHAT;
      ObjectNode body = body(from, message);
      List<SseEvent> events =
          translated(StreamTranslator.of(from, to, true, 7), ScriptedStream.of(from, body, seed));
      ObjectNode whole = Dialect.encodeResponse(to, Dialect.decodeResponse(from, body));
      StreamedAnswer answer = followed(to, events);

      assertThat(decoded(to, answer.body())).isEqualTo(decoded(to, whole));
      assertThat(answer.isEnded()).isTrue();
      if (to == Protocol.MESSAGES) {
        assertBlocksFollowEachOther(events);
      }
    }
  }

  @Property(tries = 200)
  void neverSaysTheEndOfAStreamThatWasCut(
      @ForAll("assistants") Message.Assistant message, @ForAll long seed) {
    for (Protocol from : List.of(Protocol.CHAT, Protocol.MESSAGES)) {
      Protocol to = from == Protocol.CHAT ? Protocol.MESSAGES : Protocol.CHAT;
      List<SseEvent> whole = ScriptedStream.of(from, body(from, message), seed);
      int cut = (int) Math.floorMod(seed, (long) whole.size());
      StreamedAnswer upstream = followed(from, whole.subList(0, cut));
      StreamTranslator translator = StreamTranslator.of(from, to, true, 7);
      List<SseEvent> events = translated(translator, whole.subList(0, cut));
      List<SseEvent> all = new ArrayList<>(events);
      all.addAll(translator.end());

      assertThat(followed(to, events).isEnded()).isFalse();
      assertThat(followed(to, all).isEnded()).isEqualTo(upstream.isFinished());
      assertThat(translator.end()).isEmpty();
    }
  }

  private static void assertBlocksFollowEachOther(List<SseEvent> events) {
    List<String> open = new ArrayList<>();
    int next = 0;
    for (SseEvent event : events) {
      JsonNode data = Json.read(event.data());
      assertThat(event.name()).isEqualTo(data.path("type").asString());
      String index = data.path("index").toString();
      switch (event.name()) {
        case "content_block_start" -> {
          assertThat(open).isEmpty();
          assertThat(index).isEqualTo(String.valueOf(next++));
          open.add(index);
        }
        case "content_block_delta" -> assertThat(open).containsExactly(index);
        case "content_block_stop" -> {
          assertThat(open).containsExactly(index);
          open.clear();
        }
        case "message_delta" -> assertThat(open).isEmpty();
        default -> {}
      }
    }
  }

  static StreamedAnswer followed(Protocol protocol, List<SseEvent> events) {
    StreamedAnswer answer = StreamedAnswer.of(protocol);
    events.forEach(answer::follow);
    return answer;
  }

  static List<SseEvent> translated(StreamTranslator translator, List<SseEvent> events) {
    List<SseEvent> translated = new ArrayList<>();
    events.forEach(it -> translated.addAll(translator.translate(it)));
    return translated;
  }

  private static ModelResponse decoded(Protocol protocol, ObjectNode body) {
    ModelResponse it = Dialect.decodeResponse(protocol, parsed(body)).withCreated(7);
    return new ModelResponse(
        it.protocol(),
        it.id(),
        it.model(),
        it.created(),
        it.choices().stream().map(StreamPropertiesTest::unwrapped).toList(),
        it.usage(),
        it.extra());
  }

  /** A stream hands arguments on as they come: what is wrapped stays so. */
  private static ModelResponse.Choice unwrapped(ModelResponse.Choice choice) {
    Message.Assistant it = choice.message();
    List<ToolCall> calls = new ArrayList<>();
    for (ToolCall call : it.toolCalls()) {
      String text = call.arguments();
      for (String before = ""; !before.equals(text); ) {
        before = text;
        text = Arguments.object(text).map(Arguments::text).orElse(text);
      }
      calls.add(new ToolCall(call.id(), call.name(), text, call.extra()));
    }
    Message.Assistant message =
        new Message.Assistant(
            it.model(), it.reasoning(), it.content(), calls, it.train(), it.time(), it.extra());
    return new ModelResponse.Choice(message, choice.finishReason(), choice.extra());
  }

  private static ObjectNode body(Protocol protocol, Message.Assistant message) {
    String reason = message.toolCalls().isEmpty() ? "length" : "tool_calls";
    ModelResponse answer =
        new ModelResponse(
            protocol,
            "id",
            "m",
            Optional.of(7L),
            List.of(new ModelResponse.Choice(message, Optional.of(reason), Map.of())),
            Optional.of(new Usage(100, 30, 20, 9, 4)),
            Map.of());
    return parsed(Dialect.encodeResponse(protocol, answer));
  }

  private static ObjectNode parsed(ObjectNode body) {
    return (ObjectNode) Json.read(Json.write(body));
  }
}
