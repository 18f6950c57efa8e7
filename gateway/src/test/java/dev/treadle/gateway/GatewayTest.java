package dev.treadle.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.Json;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What a client sees and what is kept, at its simplest. */
class GatewayTest {
  private static final String CHAT =
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]%s}";

  @TempDir Path folder;

  @Test
  void answersAndKeepsChat() {
    try (RunningGateway gateway =
        RunningGateway.in(folder)
            .upstream("a", UpstreamSettings.Kind.OPENAI, Script.of(Rule.always().say("hi there")))
            .route("default", "a")
            .start()) {
      HttpResponse<String> answer = gateway.post("/v1/chat/completions", CHAT.formatted(""));

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      JsonNode body = Json.read(answer.body());
      assertThat(body.at("/choices/0/message/content").asString()).isEqualTo("hi there");
      List<Exchange> kept = gateway.kept();
      assertThat(kept).hasSize(1);
      assertThat(kept.getFirst().state()).isEqualTo(Exchange.State.ANSWERED);
      assertThat(kept.getFirst().id())
          .isEqualTo(answer.headers().firstValue("x-treadle-exchange").orElseThrow());
      assertThat(kept.getFirst().answer().orElseThrow().body().orElseThrow().tree())
          .isEqualTo(body);
    }
  }

  @Test
  void streamsAndKeepsChat() {
    try (RunningGateway gateway =
        RunningGateway.in(folder)
            .upstream("a", UpstreamSettings.Kind.OPENAI, Script.of(Rule.always().say("hi there")))
            .route("default", "a")
            .start()) {
      HttpResponse<String> answer =
          gateway.post("/v1/chat/completions", CHAT.formatted(",\"stream\":true"));

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).endsWith("data: [DONE]\n\n").doesNotContain("\"choices\":[]");
      List<Exchange> kept = gateway.kept();
      assertThat(kept).hasSize(1);
      assertThat(kept.getFirst().state()).isEqualTo(Exchange.State.ANSWERED);
      assertThat(kept.getFirst().usage()).isPresent();
      assertThat(
              kept.getFirst()
                  .answer()
                  .orElseThrow()
                  .body()
                  .orElseThrow()
                  .tree()
                  .at("/choices/0/message/content")
                  .asString())
          .isEqualTo("hi there");
    }
  }

  @Test
  void translatesMessagesToChatUpstreamAndBack() {
    try (RunningGateway gateway =
        RunningGateway.in(folder)
            .upstream("a", UpstreamSettings.Kind.OPENAI, Script.of(Rule.always().say("hi there")))
            .route("default", "a/big-model")
            .start()) {
      String body =
          "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]%s}";
      HttpResponse<String> whole = gateway.post("/v1/messages", body.formatted(""));
      HttpResponse<String> stream =
          gateway.post("/v1/messages", body.formatted(",\"stream\":true"));

      assertThat(Json.read(whole.body()).at("/content/0/text").asString()).isEqualTo("hi there");
      assertThat(stream.body())
          .startsWith("event: message_start\n")
          .contains("event: message_stop\n")
          .doesNotContain("[DONE]");
      assertThat(gateway.kept())
          .extracting(it -> it.attempts().getFirst().model())
          .containsExactly("big-model", "big-model");
    }
  }
}
