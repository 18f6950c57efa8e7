package dev.treadle.gateway.scripted;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.gateway.scripted.RawClient.Got;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.dialect.Protocol;
import dev.treadle.transcript.dialect.SseParser;
import dev.treadle.transcript.dialect.StreamedAnswer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** What scripted upstreams say, in the vendors' shapes. */
class ScriptedUpstreamTest {
  private static final Answer RICH =
      new Answer(
          "Wörter, 世界 and 🙂 words that do not end too soon.",
          "First I think about it.",
          List.of(
              new Answer.Call("weather", Json.object().put("city", "Zürich").put("days", 3)),
              new Answer.Call("time", Json.object().put("zone", "Europe/Zurich"))),
          Optional.empty(),
          Optional.empty(),
          Optional.of(new Answer.Usage(100, 40, 10, 20, 5)));

  private static Got call(Script script, Calls calls, String body) throws IOException {
    try (ScriptedUpstream upstream = ScriptedUpstream.start(script);
        RawClient client = new RawClient(upstream.baseUrl())) {
      return client.post(calls.path(), body);
    }
  }

  @ParameterizedTest
  @EnumSource
  void streamFoldsIntoTheBodyOfTheSameAnswer(Calls calls) throws IOException {
    Script script = Script.of(Rule.always().say(RICH));
    String usage = calls == Calls.CHAT ? "\"stream_options\":{\"include_usage\":true}," : "";

    Got whole = call(script, calls, calls.ask("Hi", false));
    Got stream = call(script, calls, calls.ask("Hi", true, usage));

    StreamedAnswer folded = StreamedAnswer.of(Protocol.valueOf(calls.name()));
    SseParser parser = new SseParser(1 << 20);
    parser.feed(stream.body(), 0, stream.body().length, folded::follow);
    assertThat(parser.hasPartial()).isFalse();
    assertThat(folded.isEnded()).isTrue();
    assertThat(folded.isFinished()).isTrue();
    assertThat(folded.error()).isEmpty();
    assertThat(Json.read(Json.write(folded.body()))).isEqualTo(whole.json());
  }

  @Test
  void chatStreamHasTheVendorsShape() throws IOException {
    Got got =
        call(
            Script.of(Rule.always().say("Hello")),
            Calls.CHAT,
            Calls.CHAT.ask("Hi", true, "\"stream_options\":{\"include_usage\":true},"));

    assertThat(got.headers()).containsEntry("content-type", "text/event-stream; charset=utf-8");
    assertThat(got.names()).isEmpty();
    List<String> data = got.data();
    assertThat(data).hasSize(5).last().isEqualTo("[DONE]");
    JsonNode role = Json.read(data.get(0));
    assertThat(role.at("/choices/0/delta/role").asString()).isEqualTo("assistant");
    assertThat(role.at("/usage").isNull()).isTrue();
    assertThat(role.at("/obfuscation").isString()).isTrue();
    JsonNode finish = Json.read(data.get(2));
    assertThat(finish.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
    JsonNode usage = Json.read(data.get(3));
    assertThat(usage.at("/choices").size()).isZero();
    assertThat(usage.at("/usage/prompt_tokens").asLong()).isPositive();
  }

  @Test
  void chatStreamSaysNothingOfUsageThatNobodyAskedFor() throws IOException {
    Got got = call(Script.of(Rule.always().say("Hello")), Calls.CHAT, Calls.CHAT.ask("Hi", true));

    assertThat(got.text()).doesNotContain("usage");
    assertThat(got.data()).hasSize(4);
  }

  @Test
  void obfuscationCanBeSwitchedOff() throws IOException {
    Got got =
        call(
            Script.of(),
            Calls.CHAT,
            Calls.CHAT.ask("Hi", true, "\"stream_options\":{\"include_obfuscation\":false},"));

    assertThat(got.text()).contains("chat.completion.chunk").doesNotContain("obfuscation");
  }

  @Test
  void chatInterleavesFragmentsOfParallelCalls() throws IOException {
    Got got = call(Script.of(Rule.always().say(RICH)), Calls.CHAT, Calls.CHAT.ask("Hi", true));

    StringBuilder order = new StringBuilder();
    for (String data : got.data()) {
      if (data.contains("tool_calls\":[")) {
        order.append(Json.read(data).at("/choices/0/delta/tool_calls/0/index").asString());
      }
    }
    assertThat(order.toString()).startsWith("0101010");
  }

  @Test
  void messagesStreamHasTheVendorsEvents() throws IOException {
    Got got =
        call(
            Script.of(Rule.always().say(RICH.reasoned("Hm.")))
                .pace(new Pace(Duration.ZERO, Duration.ZERO, 1000)),
            Calls.MESSAGES,
            Calls.MESSAGES.ask("Hi", true));

    assertThat(got.names())
        .containsExactly(
            "message_start",
            "content_block_start",
            "ping",
            "content_block_delta",
            "content_block_delta",
            "content_block_stop",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "content_block_start",
            "content_block_delta",
            "content_block_delta",
            "content_block_stop",
            "content_block_start",
            "content_block_delta",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop");
    assertThat(got.text()).contains("signature_delta", "input_json_delta", "thinking_delta");
    for (int i = 0; i < got.names().size(); i++) {
      assertThat(Json.read(got.data().get(i)).path("type").asString())
          .isEqualTo(got.names().get(i));
    }
  }

  @Test
  void inputOfMessagesLeavesOutWhatWasCached() throws IOException {
    Got got =
        call(Script.of(Rule.always().say(RICH)), Calls.MESSAGES, Calls.MESSAGES.ask("Hi", false));

    assertThat(got.json().path("usage"))
        .isEqualTo(
            Json.read(
                "{\"input_tokens\":50,\"cache_creation_input_tokens\":10,"
                    + "\"cache_read_input_tokens\":40,\"output_tokens\":20}"));
  }

  @Test
  void responsesStreamIsNumberedAndEndsWithTheWholeResponse() throws IOException {
    Got got =
        call(Script.of(Rule.always().say(RICH)), Calls.RESPONSES, Calls.RESPONSES.ask("Hi", true));

    for (int i = 0; i < got.data().size(); i++) {
      JsonNode event = Json.read(got.data().get(i));
      assertThat(event.path("sequence_number").asInt()).isEqualTo(i);
      assertThat(event.path("type").asString()).isEqualTo(got.names().get(i));
    }
    assertThat(got.names())
        .startsWith("response.created", "response.in_progress", "response.output_item.added")
        .endsWith("response.output_item.done", "response.completed");
    JsonNode last = Json.read(got.data().getLast()).path("response");
    assertThat(last.path("output")).hasSize(4);
    assertThat(last.at("/usage/input_tokens").asInt()).isEqualTo(100);
  }

  @ParameterizedTest
  @EnumSource
  void lengthIsSaidInTheProtocolsWords(Calls calls) throws IOException {
    Script script = Script.of(Rule.always().say(Answer.text("And then").finished("length")));

    JsonNode got = call(script, calls, calls.ask("Hi", false)).json();

    switch (calls) {
      case CHAT -> assertThat(got.at("/choices/0/finish_reason").asString()).isEqualTo("length");
      case MESSAGES -> assertThat(got.at("/stop_reason").asString()).isEqualTo("max_tokens");
      case RESPONSES ->
          assertThat(got.at("/incomplete_details/reason").asString())
              .isEqualTo("max_output_tokens");
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusalIsSaidInTheProtocolsWords(Calls calls) throws IOException {
    Script script = Script.of(Rule.always().say(Answer.refusal("I would rather not.")));

    JsonNode got = call(script, calls, calls.ask("Hi", false)).json();

    switch (calls) {
      case CHAT -> {
        assertThat(got.at("/choices/0/message/refusal").asString())
            .isEqualTo("I would rather not.");
        assertThat(got.at("/choices/0/message/content").isNull()).isTrue();
      }
      case MESSAGES -> assertThat(got.at("/stop_reason").asString()).isEqualTo("refusal");
      case RESPONSES ->
          assertThat(got.at("/output/0/content/0/type").asString()).isEqualTo("refusal");
    }
  }

  @ParameterizedTest
  @EnumSource
  void withoutARuleTheSameQuestionGetsTheSameAnswer(Calls calls) throws IOException {
    String question = calls.ask("What is a treadle?", false);

    Got first = call(Script.of(), calls, question);
    Got second = call(Script.of(), calls, question);

    assertThat(first.text()).contains("What is a treadle?").isEqualTo(second.text());
  }

  @ParameterizedTest
  @EnumSource
  void schemaGetsJsonThatFitsIt(Calls calls) throws IOException {
    String schema =
        "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"},"
            + "\"age\":{\"type\":\"integer\",\"minimum\":18}},\"required\":[\"name\",\"age\"]}";
    String format =
        switch (calls) {
          case CHAT ->
              "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":"
                  + schema
                  + "}},";
          case MESSAGES ->
              "\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":"
                  + schema
                  + "}},";
          case RESPONSES ->
              "\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"n\",\"schema\":"
                  + schema
                  + "}},";
        };

    JsonNode got = call(Script.of(), calls, calls.ask("Who?", false, format)).json();

    String path =
        switch (calls) {
          case CHAT -> "/choices/0/message/content";
          case MESSAGES -> "/content/0/text";
          case RESPONSES -> "/output/0/content/0/text";
        };
    assertThat(Json.read(got.at(path).asString()))
        .isEqualTo(Json.read("{\"name\":\"name\",\"age\":18}"));
  }

  @ParameterizedTest
  @EnumSource
  void forcedToolIsCalledAndItsResultIsUsed(Calls calls) throws IOException {
    String parameters = "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}";
    String tools =
        switch (calls) {
          case CHAT ->
              "\"tool_choice\":\"required\",\"tools\":[{\"type\":\"function\",\"function\":"
                  + "{\"name\":\"weather\",\"parameters\":"
                  + parameters
                  + "}}],";
          case MESSAGES ->
              "\"tool_choice\":{\"type\":\"any\"},\"tools\":[{\"name\":\"weather\","
                  + "\"input_schema\":"
                  + parameters
                  + "}],";
          case RESPONSES ->
              "\"tool_choice\":\"required\",\"tools\":[{\"type\":\"function\","
                  + "\"name\":\"weather\",\"parameters\":"
                  + parameters
                  + "}],";
        };

    Got got = call(Script.of(), calls, calls.ask("Rain?", false, tools));

    assertThat(got.status()).as(got.text()).isEqualTo(200);
    assertThat(got.text()).contains("\"weather\"").contains("city");
  }

  @Test
  void toolResultThatAnswersNoCallIsRefusedAsTheVendorsDo() throws IOException {
    Got chat =
        call(
            Script.of(),
            Calls.CHAT,
            "{\"model\":\"m\",\"messages\":[{\"role\":\"tool\",\"tool_call_id\":\"x\","
                + "\"content\":\"1\"}]}");
    Got messages =
        call(
            Script.of(),
            Calls.MESSAGES,
            "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":"
                + "[{\"type\":\"tool_result\",\"tool_use_id\":\"x\",\"content\":\"1\"}]}]}");

    assertThat(chat.status()).isEqualTo(400);
    assertThat(chat.json().at("/error/type").asString()).isEqualTo("invalid_request_error");
    assertThat(messages.status()).isEqualTo(400);
    assertThat(messages.json().at("/error/type").asString()).isEqualTo("invalid_request_error");
  }

  @Test
  void messagesWithoutMaxTokensAreRefused() throws IOException {
    Got got =
        call(
            Script.of(),
            Calls.MESSAGES,
            "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");

    assertThat(got.status()).isEqualTo(400);
    assertThat(got.json().path("type").asString()).isEqualTo("error");
    assertThat(got.json().at("/error/message").asString()).contains("max_tokens");
  }

  @Test
  void embeddingsOfTextsThatShareWordsAreNearer() throws IOException {
    try (ScriptedUpstream upstream = ScriptedUpstream.start(Script.of());
        RawClient client = new RawClient(upstream.baseUrl())) {
      JsonNode data =
          client
              .post(
                  "/v1/embeddings",
                  "{\"model\":\"m\",\"input\":[\"the red house\",\"the red horse\",\"a b c\"]}")
              .json()
              .path("data");
      assertThat(dot(data.get(0), data.get(1))).isGreaterThan(dot(data.get(0), data.get(2)));
      assertThat(dot(data.get(0), data.get(0))).isBetween(0.999, 1.001);
      Got base64 =
          client.post(
              "/v1/embeddings",
              "{\"model\":\"m\",\"input\":\"x\",\"encoding_format\":\"base64\",\"dimensions\":3}");
      assertThat(base64.json().at("/data/0/embedding").asString()).hasSize(16);
    }
  }

  private static double dot(JsonNode a, JsonNode b) {
    double sum = 0;
    for (int i = 0; i < a.path("embedding").size(); i++) {
      sum += a.at("/embedding/" + i).asDouble() * b.at("/embedding/" + i).asDouble();
    }
    return sum;
  }

  @Test
  void tokensAreCountedWithoutAnAnswer() throws IOException {
    try (ScriptedUpstream upstream = ScriptedUpstream.start(Script.of());
        RawClient client = new RawClient(upstream.baseUrl())) {
      Got got =
          client.post(
              "/v1/messages/count_tokens",
              "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
      assertThat(got.json().path("input_tokens").asInt()).isPositive();
    }
  }
}
