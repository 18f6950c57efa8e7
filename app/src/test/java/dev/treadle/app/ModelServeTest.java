package dev.treadle.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.app.workspace.Machine;
import dev.treadle.testkit.Project;
import dev.treadle.transcript.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code treadle model serve}: a model that was made here answers, also behind the gateway. */
@SuppressWarnings("NullAway.Init")
class ModelServeTest {
  @TempDir Path place;
  private FakeMachine machine;

  /** A command that runs until it is told to end. */
  private static final class Running implements AutoCloseable {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final AtomicReference<@Nullable Runnable> end = new AtomicReference<>();
    private final CompletableFuture<Integer> code;

    Running(Path home, Path folder, String... words) {
      PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
      Machine machine =
          new Machine(
              Instant::now,
              new SplittableRandom(7),
              InputStream.nullInputStream(),
              out,
              out,
              false,
              Map.of(),
              folder,
              home,
              "ann",
              1,
              System::nanoTime,
              end::set,
              OptionalLong::empty);
      code =
          CompletableFuture.supplyAsync(
              () -> Treadle.run(machine, words), task -> Thread.ofPlatform().daemon().start(task));
    }

    String said() {
      return said.toString(StandardCharsets.UTF_8);
    }

    /** Where it serves, as soon as it says so. */
    URI url() {
      long limit = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (!said().contains("http://") || !said().endsWith("\n")) {
        assertThat(code).as(said()).isNotDone();
        assertThat(System.nanoTime()).as(said()).isLessThan(limit);
        LockSupport.parkNanos(2_000_000);
      }
      return URI.create(said().replaceFirst("(?s).*?(http://[\\d.:]+).*", "$1"));
    }

    @Override
    public void close() {
      Runnable told = end.get();
      if (told != null) {
        told.run();
      }
      assertThat(code).as(said()).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(0);
    }
  }

  @BeforeEach
  void makeModel() throws IOException {
    machine = new FakeMachine(place);
    String text = Project.root().resolve("docs/lake.md").toString();
    machine.succeed(
        "model",
        "make",
        "tiny",
        "--output",
        "small",
        "--text",
        text,
        "--vocabulary",
        "400",
        "--hidden",
        "64",
        "--layers",
        "2",
        "--context",
        "256",
        "--steps",
        "0");
  }

  private Running serve(String... more) {
    String[] words = new String[4 + more.length];
    System.arraycopy(new String[] {"model", "serve", "--model", "small"}, 0, words, 0, 4);
    System.arraycopy(more, 0, words, 4, more.length);
    return new Running(machine.home(), machine.folder(), words);
  }

  private static HttpResponse<String> ask(URI server, String model, String text, String more)
      throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(server.resolve("/v1/chat/completions"))
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      """
                      {"model":"%s","max_tokens":12,"seed":1,
                       "messages":[{"role":"user","content":"%s"}]%s}
                      """
                          .formatted(model, text, more)))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void answersAndEndsWhenTold() throws Exception {
    try (Running local = serve("--name", "mine")) {
      assertThat(local.said()).isEmpty();
      HttpResponse<String> answer = ask(local.url(), "mine", "hello", "");
      assertThat(local.said()).matches("Serving mine on http://127\\.0\\.0\\.1:\\d+/v1\n");
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
  }

  @Test
  void answersBehindTheGatewayWhichKeepsIt() throws Exception {
    Path wheel = Files.createDirectories(place.resolve("wheel"));
    try (Running local = serve()) {
      Files.writeString(
          wheel.resolve("treadle.yaml"),
          """
          serve: {listen: "127.0.0.1:0"}
          upstreams:
            local: {kind: openai, url: "%s", key: none}
          routes:
            default: {to: local/small}
          """
              .formatted(local.url()));
      String whole;
      String streamed;
      try (Running gateway = new Running(machine.home(), wheel, "serve")) {
        HttpResponse<String> answer = ask(gateway.url(), "any", "hello whole", "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        whole = Json.read(answer.body()).at("/choices/0/message").toString();
        streamed = ask(gateway.url(), "any", "hello pieces", ",\"stream\":true").body();
        assertThat(streamed).endsWith("data: [DONE]\n\n");
        HttpResponse<String> refused = ask(gateway.url(), "any", "x", ",\"n\":3");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("n: only 1");
      }
      assertThat(whole).contains("\"role\":\"assistant\"");
    }
    JsonNode kept =
        machine
            .in(wheel)
            .json(
                "data",
                "query",
                "select count(*) as n, count(distinct model) as models from exchanges"
                    + " where state = 'answered'");
    assertThat(kept.path("n").asInt()).as(kept.toString()).isEqualTo(2);
  }

  @Test
  void saysInOneLineWhatIsMissing() throws IOException {
    assertThat(machine.run("model", "serve", "--model", "nowhere")).isEqualTo(1);
    assertThat(machine.err()).contains("nowhere").hasLineCount(1);
    assertThat(machine.withMemory(1 << 20).run("model", "serve", "--model", "small")).isEqualTo(1);
    assertThat(machine.err()).contains("are free").hasLineCount(1);
    machine.withMemory(1L << 40);
    assertThat(machine.run("model", "serve", "--model", "small", "--context", "9999")).isEqualTo(1);
    assertThat(machine.err()).contains("2 to 256").hasLineCount(1);
    assertThat(machine.run("model", "serve", "--model", "small", "--port", "70000")).isEqualTo(1);
    assertThat(machine.run("model", "serve", "--model", "small", "--host", "8.8.8.8")).isEqualTo(1);
    assertThat(machine.err()).contains("cannot listen").hasLineCount(1);
    Files.writeString(machine.folder().resolve("x.gguf"), "no such thing");
    assertThat(machine.run("model", "serve", "--model", "x.gguf")).isEqualTo(1);
    assertThat(machine.err()).hasLineCount(1);
  }
}
