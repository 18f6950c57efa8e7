package dev.treadle.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.gateway.scripted.Received;
import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the gateway answers beside calls of models, and what it only passes on. */
class OtherPathsTest {
  private static final Script HI = Script.of(Rule.always().say("hi"));

  @TempDir Path folder;

  private RunningGateway.Plan plan() {
    return RunningGateway.in(folder)
        .upstream("a", UpstreamSettings.Kind.OPENAI, HI)
        .upstream("c", UpstreamSettings.Kind.ANTHROPIC, HI)
        .route("default", "a", "c")
        .route("fast", "a/small");
  }

  @Test
  void listsRoutesAndModelsInTheClientsForm() {
    try (RunningGateway gateway = plan().start()) {
      var openAi = Json.read(gateway.get("/v1/models").body());
      assertThat(openAi.path("object").asString()).isEqualTo("list");
      assertThat(openAi.path("data").valueStream().map(it -> it.path("id").asString()))
          .contains("fast", "scripted")
          .doesNotContain("default")
          .doesNotHaveDuplicates();
      var anthropic =
          Json.read(gateway.get("/v1/models", "anthropic-version", "2023-06-01").body());
      assertThat(anthropic.path("has_more").asBoolean()).isFalse();
      assertThat(anthropic.path("first_id").asString()).isEqualTo("fast");
      assertThat(anthropic.at("/data/0/type").asString()).isEqualTo("model");
    }
  }

  /** Else there would be nothing to choose from where there is no other route. */
  @Test
  void listsTheModelsThatTheDefaultRouteGoesTo() {
    try (RunningGateway gateway =
        RunningGateway.in(folder)
            .upstream("a", UpstreamSettings.Kind.OPENAI, Script.of())
            .route("default", "a/small", "a/large")
            .start()) {
      assertThat(
              Json.read(gateway.get("/v1/models").body())
                  .path("data")
                  .valueStream()
                  .map(it -> it.path("id").asString()))
          .containsExactly("small", "large");
    }
  }

  @Test
  void passesBinaryBodiesQueriesAndMethodsOn() {
    byte[] file = new byte[300_000];
    for (int i = 0; i < file.length; i++) {
      file[i] = (byte) (i * 31);
    }
    try (RunningGateway gateway = plan().start()) {
      HttpResponse<String> answer =
          RunningGateway.send(
              HttpRequest.newBuilder(gateway.url("/v1/files?purpose=batch&x=%2F"))
                  .POST(HttpRequest.BodyPublishers.ofByteArray(file))
                  .header("content-type", "multipart/form-data; boundary=x")
                  .header("openai-beta", "b")
                  .build());
      gateway.get("/v1/files/f-1/content?after=2");
      RunningGateway.send(HttpRequest.newBuilder(gateway.url("/v1/files/f-1")).DELETE().build());

      assertThat(answer.statusCode()).isEqualTo(404);
      List<Received> received = gateway.upstream(0).received();
      assertThat(received.getFirst().body()).isEqualTo(file);
      assertThat(received.getFirst().path()).isEqualTo("/v1/files?purpose=batch&x=%2F");
      assertThat(received.getFirst().header("content-type"))
          .contains("multipart/form-data; boundary=x");
      assertThat(received.getFirst().header("openai-beta")).contains("b");
      assertThat(received).extracting(Received::method).containsExactly("POST", "GET", "DELETE");
      assertThat(gateway.upstream(1).receivedCount()).isZero();
      assertThat(gateway.kept()).isEmpty();
    }
  }

  @Test
  void countsTokensWhereMessagesAreUnderstood() {
    try (RunningGateway gateway = plan().start()) {
      HttpResponse<String> answer =
          gateway.post(
              "/v1/messages/count_tokens",
              "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(Json.read(answer.body()).path("input_tokens").asInt()).isPositive();
      assertThat(gateway.upstream(1).receivedCount()).isEqualTo(1);
    }
  }

  @Test
  void renamesTheModelOfWhatItPassesOn() {
    try (RunningGateway gateway = plan().start()) {
      gateway.post("/v1/images/generations", "{\"model\":\"fast\",\"prompt\":\"x\"}");
      assertThat(gateway.upstream(0).received().getFirst().text())
          .isEqualTo("{\"model\":\"small\",\"prompt\":\"x\"}");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/../admin", "/v1/x/..", "/v1/%2e%2E/x", "/v1/./x", "/v1/..%2fx"})
  void climbsNowhere(String path) {
    try (RunningGateway gateway = plan().start()) {
      assertThat(gateway.get(path).statusCode()).isEqualTo(400);
      assertThat(gateway.upstream(0).receivedCount()).isZero();
    }
  }

  @Test
  void refusesARouteThatIsNotThere() {
    try (RunningGateway gateway = plan().start()) {
      assertThat(gateway.get("/v1/files", "x-treadle-route", "nope").statusCode()).isEqualTo(404);
      assertThat(gateway.upstream(0).receivedCount()).isZero();
    }
  }

  @Test
  void tellsHowItIs() {
    try (RunningGateway gateway = plan().start()) {
      assertThat(gateway.get("/health").body()).isEqualTo("{\"status\":\"healthy\"}");
      assertThat(gateway.get("/ready").body()).isEqualTo("{\"status\":\"ready\"}");
      HttpResponse<String> metrics = gateway.get("/metrics");
      assertThat(metrics.headers().firstValue("content-type").orElseThrow())
          .startsWith("text/plain");
      assertThat(metrics.body()).contains("treadle_calls 0", "treadle_upstream_open{");
      assertThat(gateway.get("/").statusCode()).isEqualTo(404);
      assertThat(gateway.get("/v1").statusCode()).isEqualTo(404);
    }
  }

  /** An upstream that answers every request on its only connection with the same bytes. */
  private static ServerSocket raw(String answer) throws IOException {
    ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    Thread.ofVirtual()
        .start(
            () -> {
              try (Socket socket = listener.accept()) {
                InputStream in = socket.getInputStream();
                OutputStream out = socket.getOutputStream();
                StringBuilder head = new StringBuilder();
                for (int next = in.read(); next >= 0; next = in.read()) {
                  head.append((char) next);
                  if (head.toString().endsWith("\r\n\r\n")) {
                    out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
                    head.setLength(0);
                    if (answer.contains("Content-Length: 9")) {
                      return;
                    }
                  }
                }
              } catch (IOException e) {
                // The test is over.
              }
            });
    return listener;
  }

  private RunningGateway before(ServerSocket upstream) {
    return RunningGateway.in(folder)
        .upstream(
            "a",
            UpstreamSettings.Kind.OPENAI,
            URI.create("http://127.0.0.1:" + upstream.getLocalPort()))
        .route("default", "a")
        .start();
  }

  @Test
  void passesAnswersWithoutABodyOn() throws IOException {
    try (ServerSocket upstream = raw("HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n");
        RunningGateway gateway = before(upstream)) {
      for (int i = 0; i < 3; i++) {
        HttpResponse<String> answer =
            RunningGateway.send(
                HttpRequest.newBuilder(gateway.url("/v1/files/1")).DELETE().build());
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.headers().firstValue("x-a")).contains("b");
      }
    }
  }

  @Test
  void passesHeadOn() throws IOException {
    try (ServerSocket upstream = raw("HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n");
        RunningGateway gateway = before(upstream)) {
      for (int i = 0; i < 2; i++) {
        HttpResponse<String> answer =
            RunningGateway.send(HttpRequest.newBuilder(gateway.url("/v1/files/1")).HEAD().build());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValueAsLong("content-length")).hasValue(77);
      }
    }
  }

  @Test
  void aBrokenAnswerIsNotEndedAsIfItWereWhole() throws IOException {
    try (ServerSocket upstream = raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
        RunningGateway gateway = before(upstream)) {
      Optional<Integer> status;
      try {
        status = Optional.of(gateway.get("/v1/files/1/content").statusCode());
      } catch (java.io.UncheckedIOException e) {
        status = Optional.empty();
      }
      assertThat(status).isEmpty();
    }
  }
}
