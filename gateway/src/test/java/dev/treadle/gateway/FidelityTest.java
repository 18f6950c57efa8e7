package dev.treadle.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.testkit.Project;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.dialect.Dialect;
import dev.treadle.transcript.dialect.ModelResponse;
import dev.treadle.transcript.dialect.Protocol;
import dev.treadle.transcript.dialect.SseParser;
import dev.treadle.transcript.dialect.StreamedAnswer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * What an upstream says reaches the client: byte for byte by the same protocol, and with the same
 * meaning by the other one, however the bytes were cut on their way.
 */
class FidelityTest {
  private static final Path TAPES = Project.root().resolve("transcript/src/test/resources/dialect");

  @TempDir Path folder;

  static Stream<Arguments> streams() throws IOException {
    List<Arguments> all = new ArrayList<>();
    for (Path file : tapes("streams", ".sse")) {
      String name = file.getFileName().toString();
      all.add(Arguments.of(name, 1, true));
      all.add(Arguments.of(name, 13, false));
      all.add(Arguments.of(name, 100_000, false));
    }
    return all.stream();
  }

  static List<String> bodies() throws IOException {
    return tapes("responses", ".json").stream().map(it -> it.getFileName().toString()).toList();
  }

  private static List<Path> tapes(String kind, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(TAPES.resolve(kind))) {
      return files
          .filter(it -> it.getFileName().toString().matches("[a-z-]+\\.[a-z]+\\" + suffix))
          .sorted()
          .toList();
    }
  }

  private static Api api(String tape) {
    return Api.valueOf(tape.split("\\.", -1)[1].toUpperCase(java.util.Locale.ROOT));
  }

  private RunningGateway gateway(TapeUpstream upstream, Api api) {
    UpstreamSettings.Kind kind =
        api == Api.MESSAGES ? UpstreamSettings.Kind.ANTHROPIC : UpstreamSettings.Kind.OPENAI;
    return RunningGateway.in(folder)
        .upstream("tape", kind, upstream.url())
        .route("default", "tape")
        .attempts(1)
        .start();
  }

  private static String request(Api api, boolean streams) {
    String said =
        api == Api.RESPONSES
            ? "\"input\": \"h\\u00e9llo \\ud83d\\ude00\""
            : "\"messages\" : [ {\"role\":\"user\",\"content\":\"h\\u00e9llo\"} ]";
    return "{ \"x-unknown\": [1.0, 1e2, null],\n \"model\":\"m\", %s, \"max_tokens\": 12 %s}"
        .formatted(said, streams ? ", \"stream\" :true" : "");
  }

  @ParameterizedTest
  @MethodSource("streams")
  void streamsAreByteEqualBySameProtocol(String tape, int piece, boolean crlf) throws IOException {
    Api api = api(tape);
    String text = Files.readString(TAPES.resolve("streams").resolve(tape));
    String sent = crlf ? text.replace("\r\n", "\n").replace("\n", "\r\n") : text;
    try (TapeUpstream upstream =
            new TapeUpstream("text/event-stream", sent.getBytes(StandardCharsets.UTF_8), piece);
        RunningGateway gateway = gateway(upstream, api)) {
      String request = request(api, true);
      HttpResponse<String> answer = gateway.post(api.path(), request);

      String expected = expected(api, sent);
      if (isWhole(api.protocol(), sent)) {
        assertThat(answer.body()).isEqualTo(expected);
      } else if (answer.statusCode() == 200) {
        assertThat(answer.body()).doesNotContain("[DONE]", "message_stop", "response.completed");
        assertThat(followed(api.protocol(), answer.body()).error()).isPresent();
      } else {
        assertThat(answer.statusCode()).isGreaterThanOrEqualTo(400);
      }
      assertThat(
              upstream
                  .bodies()
                  .getFirst()
                  .replace(",\"stream_options\":{\"include_usage\":true}", ""))
          .isEqualTo(request);
    }
  }

  /** The blocks of the stream but for what a client of this protocol is not to get. */
  private static String expected(Api api, String sent) {
    StringBuilder expected = new StringBuilder();
    String end = sent.contains("\r\n\r\n") ? "\r\n\r\n" : "\n\n";
    for (String block : sent.split("(?<=" + end + ")", -1)) {
      boolean isUsage = api == Api.CHAT && block.matches("(?s).*\"choices\": ?\\[\\].*");
      boolean hasData = block.lines().anyMatch(it -> it.startsWith("data"));
      boolean isComment = block.startsWith(":");
      if ((hasData && !isUsage) || isComment) {
        expected.append(block);
      }
      if (block.contains("[DONE]") || block.contains("message_stop")) {
        break;
      }
    }
    return expected.toString();
  }

  /** Whether the stream came to its end without an error, and all of it is JSON. */
  private static boolean isWhole(Protocol protocol, String stream) {
    StreamedAnswer answer = StreamedAnswer.of(protocol);
    List<StreamedAnswer.Kind> kinds = new ArrayList<>();
    byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
    new SseParser(1 << 24)
        .feed(
            bytes,
            0,
            bytes.length,
            it -> {
              if (!answer.isEnded()) {
                kinds.add(answer.follow(it));
              }
            });
    return answer.error().isEmpty()
        && (answer.isEnded() || answer.isFinished())
        && !kinds.contains(StreamedAnswer.Kind.MALFORMED);
  }

  private static StreamedAnswer followed(Protocol protocol, String stream) {
    StreamedAnswer answer = StreamedAnswer.of(protocol);
    byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
    new SseParser(1 << 24).feed(bytes, 0, bytes.length, answer::follow);
    return answer;
  }

  @ParameterizedTest
  @MethodSource("streams")
  void streamsSayTheSameByOtherProtocol(String tape, int piece, boolean crlf) throws IOException {
    Api from = api(tape);
    String text = Files.readString(TAPES.resolve("streams").resolve(tape));
    String sent = crlf ? text.replace("\r\n", "\n").replace("\n", "\r\n") : text;
    StreamedAnswer said = followed(from.protocol(), sent);
    if (from == Api.RESPONSES || !isWhole(from.protocol(), sent)) {
      return; // Not translated; and what becomes of broken streams is the fault wall's affair.
    }
    Api to = from == Api.CHAT ? Api.MESSAGES : Api.CHAT;
    try (TapeUpstream upstream =
            new TapeUpstream("text/event-stream", sent.getBytes(StandardCharsets.UTF_8), piece);
        RunningGateway gateway = gateway(upstream, from)) {
      HttpResponse<String> answer =
          gateway.post(
              to.path(),
              request(to, true)
                  .replaceFirst("\\}$", ",\"stream_options\":{\"include_usage\":true}}"));

      StreamedAnswer got = followed(to.protocol(), answer.body());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(got.isEnded()).isTrue();
      assertSame(
          Dialect.decodeResponse(to.protocol(), got.body()),
          Dialect.decodeResponse(from.protocol(), said.body()));
    }
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void bodiesAreByteEqualBySameProtocolAndSayTheSameByTheOther(String tape) throws IOException {
    Api from = api(tape);
    byte[] sent = Files.readAllBytes(TAPES.resolve("responses").resolve(tape));
    try (TapeUpstream upstream = new TapeUpstream("application/json", sent, 50);
        RunningGateway gateway = gateway(upstream, from)) {
      String request = request(from, false);
      HttpResponse<String> same = gateway.post(from.path(), request);

      assertThat(same.body()).isEqualTo(new String(sent, StandardCharsets.UTF_8));
      assertThat(upstream.bodies()).containsExactly(request);
      if (from != Api.RESPONSES) {
        Api to = from == Api.CHAT ? Api.MESSAGES : Api.CHAT;
        HttpResponse<String> other = gateway.post(to.path(), request(to, false));
        assertSame(
            Dialect.decodeResponse(to.protocol(), object(other.body())),
            Dialect.decodeResponse(
                from.protocol(), object(new String(sent, StandardCharsets.UTF_8))));
      }
    }
  }

  private static tools.jackson.databind.node.ObjectNode object(String json) {
    return (tools.jackson.databind.node.ObjectNode) Json.read(json);
  }

  /** Messages has one answer, and no list of parts in chat: texts are compared joined. */
  private static void assertSame(ModelResponse got, ModelResponse said) {
    ModelResponse.Choice a = got.choices().getFirst();
    ModelResponse.Choice b = said.choices().getFirst();
    assertThat(said(a.message())).isEqualTo(said(b.message()));
    assertThat(a.message().reasoning().map(it -> it.replace("\n", "")))
        .isEqualTo(b.message().reasoning().map(it -> it.replace("\n", "")));
    assertThat(calls(a.message())).isEqualTo(calls(b.message()));
    // Messages has a stop reason for declining and one for calling; some chat servers just stop.
    boolean declines = !said(b.message()).equals(plain(b.message()));
    assertThat(a.finishReason().orElse(""))
        .isEqualTo(
            declines
                ? "content_filter"
                : b.message().toolCalls().isEmpty() ? b.finishReason().orElse("") : "tool_calls");
    assertThat(got.model()).isEqualTo(said.model());
    if (said.usage().isPresent()) {
      assertThat(got.usage()).isEqualTo(said.usage());
    }
    assertThat(signatures(a.message())).isEqualTo(signatures(b.message()));
  }

  /** What Messages declines in its text, chat declines in a field of its own. */
  private static String said(Message.Assistant message) {
    JsonNode refusal = message.extra().get("refusal");
    return plain(message) + (refusal == null ? "" : refusal.asString(""));
  }

  private static String plain(Message.Assistant message) {
    return message.content().plainText().replace("\n", "");
  }

  private static List<List<Object>> calls(Message.Assistant message) {
    return message.toolCalls().stream()
        .map(
            it ->
                Arrays.<Object>asList(
                    it.id(),
                    it.name(),
                    it.arguments().isBlank() ? Json.object() : Json.read(it.arguments())))
        .toList();
  }

  private static List<String> signatures(Message.Assistant message) {
    List<String> signatures = new ArrayList<>();
    JsonNode blocks = message.extra().get("thinking_blocks");
    if (blocks != null) {
      blocks.forEach(it -> signatures.add(it.path("signature").asString("")));
    }
    return signatures;
  }
}
