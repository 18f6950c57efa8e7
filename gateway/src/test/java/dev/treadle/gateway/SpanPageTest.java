package dev.treadle.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.gateway.scripted.Answer;
import dev.treadle.gateway.scripted.Fault;
import dev.treadle.gateway.scripted.RawClient;
import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import dev.treadle.testkit.Golden;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One span of each kind, as a collector gets it: the page that users read is made of them. */
class SpanPageTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String SECRET_WORDS =
      "\"messages\":[{\"role\":\"user\",\"content\":\"Who?\"}]";
  private static final String HEAD =
      """
      # Spans of the gateway

      *Made by `SpanPageTest` out of what a collector got; rewrite it with `-Dtreadle.bless=true`. When and why spans are
      sent: [the gateway](gateway.md#traces).*

      Times, ports and ids are left out as `…`. Every span is of the kind CLIENT.
      """;

  @TempDir Path folder;

  private final StringBuilder page = new StringBuilder(HEAD);

  /** What is asked, how, and of whom. */
  private interface Call {
    void of(RunningGateway gateway) throws IOException;
  }

  private static UpstreamSettings.Limits patient() {
    return new UpstreamSettings.Limits(8, Duration.ofMinutes(1), Duration.ofMinutes(1), 1 << 20);
  }

  private void tell(String title, Rule first, Rule second, Call call) throws IOException {
    try (Collector collector = new Collector()) {
      RunningGateway.Plan plan =
          RunningGateway.in(Files.createDirectory(folder.resolve(title.replace(' ', '-'))))
              .limits(patient())
              .upstream("local", UpstreamSettings.Kind.OPENAI, Script.of(first))
              .upstream("claude", UpstreamSettings.Kind.ANTHROPIC, Script.of(second))
              .attempts(2)
              .route("fast", "local/small", "claude/large")
              .route("only", "local")
              .but(it -> it.withTelemetry(Optional.of(collector.settings())));
      try (RunningGateway gateway = plan.start()) {
        call.of(gateway);
        gateway.gateway().drain(Duration.ofSeconds(10));
      }
      Span span = collector.only();
      assertThat(span.toString()).doesNotContain("Who?").doesNotContain("Nobody.");
      page.append("\n## ").append(title).append("\n\n```\n").append(shown(span)).append("```\n");
    }
  }

  private static String shown(Span span) {
    StringBuilder text = new StringBuilder();
    text.append(span.getName()).append("    ");
    text.append(span.getStatus().getCodeValue() == 2 ? "status ERROR" : "status unset");
    text.append('\n');
    assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
    assertThat(span.getEndTimeUnixNano()).isGreaterThanOrEqualTo(span.getStartTimeUnixNano());
    assertThat(span.getStatus().getMessage()).isEmpty();
    add(text, "  ", Collector.attributes(span));
    for (Span.Event event : span.getEventsList()) {
      text.append("  event ").append(event.getName()).append('\n');
      add(text, "    ", Collector.attributes(event.getAttributesList()));
    }
    return text.toString();
  }

  private static void add(StringBuilder text, String indent, Map<String, String> attributes) {
    attributes.forEach(
        (name, value) -> {
          String shown =
              switch (name) {
                case "server.port",
                    "gen_ai.response.id",
                    "gen_ai.response.time_to_first_chunk",
                    "treadle.attempt.duration" ->
                    "…";
                case "treadle.exchange" -> "xc_…";
                case "gen_ai.conversation.id" -> "cv_…";
                default -> value;
              };
          text.append(indent).append(name).append(" = ").append(shown).append('\n');
        });
  }

  private static String body(String model, String more) {
    return "{\"model\":\"" + model + "\"," + more + SECRET_WORDS + "}";
  }

  @Test
  void tellsOneSpanOfEachKind() throws IOException {
    Rule says =
        Rule.always().say(Answer.text("Nobody.").used(new Answer.Usage(120, 100, 0, 40, 30)));
    Rule fails = Rule.always().status(500);
    tell(
        "Chat",
        says,
        fails,
        it ->
            it.post(
                CHAT,
                body(
                    "only",
                    "\"max_completion_tokens\":64,\"temperature\":0.5,\"top_p\":0.9,\"seed\":7,"
                        + "\"frequency_penalty\":0.1,\"presence_penalty\":-0.2,\"stop\":[\"END\"],"
                        + "\"n\":1,\"response_format\":{\"type\":\"text\"},")));
    tell("Chat streamed", says, fails, it -> it.post(CHAT, body("only", "\"stream\":true,")));
    tell(
        "Messages that a target of another vendor answers after the first failed",
        fails,
        says,
        it ->
            it.post(
                "/v1/messages",
                body("fast", "\"max_tokens\":64,\"top_k\":5,\"stop_sequences\":[\"END\"],")));
    tell(
        "Responses",
        says,
        fails,
        it ->
            it.post(
                "/v1/responses",
                "{\"model\":\"only\",\"input\":\"Who?\",\"max_output_tokens\":64}",
                "x-treadle-conversation",
                "my talk"));
    tell(
        "Embeddings",
        says,
        fails,
        it ->
            it.post(
                "/v1/embeddings",
                "{\"model\":\"only\",\"input\":\"Who?\",\"dimensions\":8,"
                    + "\"encoding_format\":\"float\"}"));
    tell("Nobody answers", fails, fails, it -> it.post(CHAT, body("fast", "")));
    tell(
        "A stream that breaks off",
        says.fail(Fault.CUT_AFTER_FIRST_TOKEN),
        fails,
        it -> it.post(CHAT, body("only", "\"stream\":true,")));
    tell(
        "The client goes away",
        says.fail(Fault.STALL_AFTER_FIRST_TOKEN),
        fails,
        SpanPageTest::leave);
    tell(
        "Refused",
        says,
        fails,
        it -> assertThat(it.post(CHAT, body("unheard-of", "")).statusCode()).isEqualTo(404));
    Golden.check("docs/gateway-spans.md", page.toString());
  }

  private static void leave(RunningGateway gateway) throws IOException {
    try (RawClient client = new RawClient(gateway.url("/"))) {
      client.send(CHAT, body("only", "\"stream\":true,"));
      assertThat(gateway.upstream(0).awaitReceived(1, Duration.ofSeconds(10))).isTrue();
    }
    assertThat(gateway.upstream(0).awaitClientsGone(1, Duration.ofSeconds(10))).isTrue();
  }
}
