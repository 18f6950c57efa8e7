package dev.treadle.transcript.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.TranscriptError;
import dev.treadle.transcript.TreadleException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class DialectTest {
  private static final Map<String, JsonNode> NOVEL = Map.of("novel", Json.read("{\"a\":[1.50]}"));

  @Provide
  Arbitrary<ModelRequest> requests() {
    return RequestArbitraries.requests();
  }

  @Provide
  Arbitrary<Message.Assistant> assistants() {
    return RequestArbitraries.assistants();
  }

  @Property(tries = 400)
  void readsTheChatRequestThatItWrote(@ForAll("requests") ModelRequest request) {
    ModelRequest own = as(Protocol.CHAT, request, NOVEL);
    Dialect.Encoded encoded = Dialect.encodeRequest(Protocol.CHAT, own);

    assertThat(encoded.losses()).isEmpty();
    assertThat(Dialect.decodeRequest(Protocol.CHAT, parsed(encoded.body()))).isEqualTo(own);
  }

  @Property(tries = 400)
  void readsTheMessagesRequestThatItWrote(@ForAll("requests") ModelRequest request) {
    ModelRequest own = as(Protocol.MESSAGES, request, NOVEL);
    Dialect.Encoded encoded = Dialect.encodeRequest(Protocol.MESSAGES, own);

    assertThat(encoded.losses()).allMatch(it -> it.endsWith(".arguments"));
    assertThat(named(Dialect.decodeRequest(Protocol.MESSAGES, parsed(encoded.body()))))
        .isEqualTo(own);
  }

  @Property(tries = 400)
  void saysInTheOtherApiWhatBothCanSay(@ForAll("requests") ModelRequest request) {
    ObjectNode messages = Dialect.encodeRequest(Protocol.MESSAGES, request).body();
    ModelRequest there = Dialect.decodeRequest(Protocol.MESSAGES, parsed(messages));
    Dialect.Encoded back = Dialect.encodeRequest(Protocol.CHAT, there);

    assertThat(back.losses()).isEmpty();
    back.body().remove("stream_options");
    assertThat(Dialect.decodeRequest(Protocol.CHAT, parsed(back.body()))).isEqualTo(request);
  }

  @Property(tries = 300)
  void answersSurviveBothApis(@ForAll("assistants") Message.Assistant message) {
    String reason = message.toolCalls().isEmpty() ? "length" : "tool_calls";
    ModelResponse answer =
        new ModelResponse(
            Protocol.CHAT,
            "id",
            "",
            Optional.of(7L),
            List.of(new ModelResponse.Choice(message, Optional.of(reason), Map.of())),
            Optional.of(new Usage(100, 30, 20, 9, 4)),
            Map.of());
    ObjectNode chat = Dialect.encodeResponse(Protocol.CHAT, answer);
    ModelResponse read = Dialect.decodeResponse(Protocol.CHAT, parsed(chat));
    ObjectNode messages = Dialect.encodeResponse(Protocol.MESSAGES, read);
    ModelResponse there = Dialect.decodeResponse(Protocol.MESSAGES, parsed(messages));

    assertThat(read).isEqualTo(answer);
    assertThat(there.withCreated(7).choices()).isEqualTo(answer.choices());
    assertThat(there.usage()).isEqualTo(answer.usage());
    assertThat(Dialect.encodeResponse(Protocol.CHAT, there.withCreated(7))).isEqualTo(chat);
  }

  @Test
  void namesTheFieldWithoutWhichABodyIsNoRequest() {
    for (Protocol protocol : Protocol.values()) {
      refuses(() -> Dialect.decodeRequest(protocol, object("{}")), TranscriptError.NOT_A_REQUEST)
          .hasMessageContaining("field ");
      refuses(
          () -> Dialect.decodeRequest(protocol, object("{'model':'m'}")),
          TranscriptError.NOT_A_REQUEST);
      refuses(() -> Dialect.decodeResponse(protocol, object("{}")), TranscriptError.NOT_AN_ANSWER);
    }
    refuses(
            () ->
                Dialect.decodeRequest(
                    Protocol.CHAT, object("{'model':'m','messages':[{'role':'user'},7]}")),
            TranscriptError.NOT_A_REQUEST)
        .hasMessageContaining("messages[1]");
  }

  @Test
  void aRequestMayLeaveTheModelToAGateway() {
    assertThat(Dialect.decodeRequest(Protocol.CHAT, object("{'messages':[]}")).model()).isEmpty();
    assertThat(Dialect.decodeRequest(Protocol.RESPONSES, object("{'input':'hi'}")).model())
        .isEmpty();
  }

  @Test
  void namesFieldsThatItCouldNotRead() {
    ObjectNode body =
        object("{'model':'m','messages':[],'temperature':'hot','max_tokens':1.5,'top_p':1e999}");

    ModelRequest request = Dialect.decodeRequest(Protocol.CHAT, body);

    assertThat(request.extra()).containsOnlyKeys("temperature", "max_tokens", "top_p");
    assertThat(Dialect.encodeRequest(Protocol.CHAT, request).body()).isEqualTo(body);
    assertThat(Dialect.encodeRequest(Protocol.MESSAGES, request).losses())
        .containsExactly("temperature", "max_tokens", "top_p");

    ObjectNode other =
        object("{'model':'m','messages':[],'metadata':{'user_id':7},'output_config':{'effort':1}}");
    ModelRequest there = Dialect.decodeRequest(Protocol.MESSAGES, other);
    assertThat(there.extra()).containsOnlyKeys("metadata", "output_config");
    assertThat(Dialect.encodeRequest(Protocol.CHAT, there).losses())
        .containsExactlyInAnyOrder("metadata", "output_config");
  }

  @Test
  void refusesToWriteTheResponsesApi() {
    ModelRequest request =
        Dialect.decodeRequest(Protocol.RESPONSES, object("{'model':'m','input':'hi'}"));

    refuses(
        () -> Dialect.encodeRequest(Protocol.RESPONSES, request), TranscriptError.NO_TRANSLATION);
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ?> refuses(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, TranscriptError code) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            TreadleException.class, it -> assertThat(it.code()).isEqualTo(code));
  }

  private static ObjectNode object(String json) {
    return (ObjectNode) Json.read(json.replace('\'', '"'));
  }

  /** As it comes from the wire: numbers are read anew. */
  private static ObjectNode parsed(ObjectNode body) {
    return (ObjectNode) Json.read(Json.write(body));
  }

  private static ModelRequest as(Protocol protocol, ModelRequest it, Map<String, JsonNode> extra) {
    return new ModelRequest(
        protocol,
        it.model(),
        it.messages(),
        it.tools(),
        it.toolChoice(),
        it.parallelToolCalls(),
        it.sampling(),
        it.responseFormat(),
        it.effort(),
        it.thinking(),
        it.stream(),
        it.user(),
        extra);
  }

  /** Messages has no name for a schema; reading leaves it out. */
  private static ModelRequest named(ModelRequest it) {
    return new ModelRequest(
        it.protocol(),
        it.model(),
        it.messages(),
        it.tools(),
        it.toolChoice(),
        it.parallelToolCalls(),
        it.sampling(),
        it.responseFormat()
            .map(
                format ->
                    new ResponseFormat.JsonSchema(
                        Optional.of(ChatWriter.SCHEMA_NAME),
                        ((ResponseFormat.JsonSchema) format).schema(),
                        Optional.empty(),
                        Optional.empty())),
        it.effort(),
        it.thinking(),
        it.stream(),
        it.user(),
        it.extra());
  }
}
