package dev.treadle.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.treadle.app.workspace.Machine;
import dev.treadle.transcript.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code treadle serve} and {@code treadle key}, as a person and as clients see them. */
class ServeTest {
  private static final String PLAY =
      """
      serve: {listen: "127.0.0.1:0", drain: 10s}
      upstreams:
        play: {kind: scripted, script: {rules: [{when: {contains: slowly}, answer: {text: "one two three four five six"}, chunk_ms: 80}, {answer: {text: "%s"}}]}}
      routes:
        default: {to: play}
      """;
  private static final String CHAT =
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]%s}";

  private static final AtomicLong SEED = new AtomicLong();

  @TempDir Path place;

  @SuppressWarnings("NullAway.Init")
  private Path folder;

  /** A {@code treadle serve} that runs until it is told to end. */
  private final class Serving implements AutoCloseable {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final AtomicReference<@Nullable Runnable> end = new AtomicReference<>();
    private final CompletableFuture<Integer> code;

    Serving(Map<String, String> environment, String... words) {
      Machine machine =
          new Machine(
              Instant::now,
              new Random(SEED.incrementAndGet()),
              InputStream.nullInputStream(),
              new PrintStream(out, true, StandardCharsets.UTF_8),
              new PrintStream(err, true, StandardCharsets.UTF_8),
              false,
              environment,
              folder,
              place,
              "ann",
              1,
              System::nanoTime,
              end::set,
              OptionalLong::empty);
      code = CompletableFuture.supplyAsync(() -> Treadle.run(machine, words), ServeTest::start);
    }

    String said() {
      return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
    }

    Serving ready() {
      comes(() -> said().contains("ANTHROPIC_BASE_URL") || code.isDone());
      assertThat(code).as(said()).isNotDone();
      return this;
    }

    URI url(String path) {
      String text = said();
      int at = text.indexOf("http://");
      return URI.create(text.substring(at, text.indexOf(' ', at))).resolve(path);
    }

    int tell() {
      comes(() -> end.get() != null);
      java.util.Objects.requireNonNull(end.get()).run();
      return ended();
    }

    int ended() {
      try {
        return code.get(10, TimeUnit.SECONDS);
      } catch (Exception e) {
        throw new AssertionError(said(), e);
      }
    }

    HttpResponse<String> ask(String body, String... headers) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(url("/v1/chat/completions"))
              .POST(HttpRequest.BodyPublishers.ofString(body));
      for (int i = 0; i < headers.length; i += 2) {
        request.header(headers[i], headers[i + 1]);
      }
      try (HttpClient client = HttpClient.newHttpClient()) {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      if (!code.isDone()) {
        int _ = tell();
      }
    }
  }

  /** A thread of its own: the common ones may be fewer than what waits here. */
  private static void start(Runnable task) {
    Thread.ofPlatform().daemon().start(task);
  }

  private static void comes(BooleanSupplier what) {
    long limit = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!what.getAsBoolean()) {
      if (System.nanoTime() > limit) {
        throw new AssertionError("it did not come");
      }
      LockSupport.parkNanos(2_000_000);
    }
  }

  @BeforeEach
  void makeWorkspace() throws IOException {
    folder = Files.createDirectories(place.resolve("wheel"));
    configure(PLAY.formatted("hello"));
  }

  private void configure(String yaml) throws IOException {
    Files.writeString(folder.resolve("treadle.yaml"), yaml);
  }

  private Serving serve() {
    return new Serving(new HashMap<>(), "serve").ready();
  }

  private Serving run(String... words) {
    Serving run = new Serving(new HashMap<>(), words);
    int _ = run.ended();
    return run;
  }

  private static String chat(String text) {
    return CHAT.formatted(text, "");
  }

  @Test
  void servesKeepsAndEndsWhenTold() {
    try (Serving serving = serve()) {
      HttpResponse<String> answer = serving.ask(chat("hi"));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(Json.read(answer.body()).at("/choices/0/message/content").asString())
          .isEqualTo("hello");

      assertThat(serving.tell()).isZero();
    }
  }

  @Test
  void aStreamUnderWayIsFinishedWhenToldToEnd() throws Exception {
    try (Serving serving = serve();
        HttpClient client = HttpClient.newHttpClient();
        InputStream in =
            client
                .send(
                    HttpRequest.newBuilder(serving.url("/v1/chat/completions"))
                        .POST(
                            HttpRequest.BodyPublishers.ofString(
                                CHAT.formatted("slowly", ",\"stream\":true")))
                        .build(),
                    HttpResponse.BodyHandlers.ofInputStream())
                .body()) {
      assertThat(in.read()).isEqualTo('d');
      CompletableFuture<Integer> code =
          CompletableFuture.supplyAsync(serving::tell, ServeTest::start);

      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .contains("six")
          .endsWith("data: [DONE]\n\n");
      assertThat(code.get(10, TimeUnit.SECONDS)).isZero();
    }
  }

  @Test
  void aSecondOneOnTheSameLakeIsRefused() {
    try (Serving first = serve()) {
      Serving second = new Serving(new HashMap<>(), "serve");
      assertThat(second.ended()).isEqualTo(1);
      assertThat(second.said()).contains("another treadle serve has the lake");
      assertThat(first.ask(chat("hi")).statusCode()).isEqualTo(200);
    }
    try (Serving third = serve()) {
      assertThat(third.ask(chat("hi")).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aFailedStartLeavesNothingHeld() throws IOException {
    configure(PLAY.formatted("x").replace("127.0.0.1:0", "0.0.0.0:0"));
    Serving failed = run("serve");
    assertThat(failed.ended()).isEqualTo(1);
    assertThat(failed.said()).contains("treadle key create NAME");
    configure(PLAY.formatted("x"));
    try (Serving serving = serve()) {
      assertThat(serving.ask(chat("hi")).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aMissingVariableIsNamed() throws IOException {
    configure(PLAY.formatted("x").replace("kind: scripted", "kind: scripted, key: '${PLAY_KEY}'"));
    Serving failed = run("serve");
    assertThat(failed.ended()).isEqualTo(1);
    assertThat(failed.said()).contains("PLAY_KEY").contains("upstreams.play.key");
    assertThat(run("status").ended()).as("other commands need no secrets").isZero();
    try (Serving serving = new Serving(Map.of("PLAY_KEY", "k"), "serve").ready()) {
      assertThat(serving.ask(chat("hi")).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void takesChangesOfTheConfigurationOverAndNoBrokenOnes() throws IOException {
    try (Serving serving = serve()) {
      configure("routes: {nonsense: {to: nobody}}");
      comes(() -> serving.said().contains("configuration_refused"));
      assertThat(serving.ask(chat("hi")).body()).contains("hello");
      configure("routes: {default: {to: /m}}");
      comes(() -> serving.said().split("configuration_refused", -1).length > 2);
      configure(PLAY.formatted("good evening"));
      comes(() -> serving.said().contains("configuration_loaded"));
      assertThat(serving.ask(chat("hi")).body()).contains("good evening");
    }
  }

  @Test
  void keysAreMadeListedAndRevokedWhileItRuns() {
    try (Serving serving = serve()) {
      assertThat(serving.ask(chat("hi")).statusCode()).isEqualTo(200);
      String key = run("key", "create", "laptop", "--route", "default").said().strip();
      assertThat(key).startsWith("tk_");
      comes(() -> serving.ask(chat("hi")).statusCode() == 401);
      assertThat(serving.ask(chat("hi"), "authorization", "Bearer " + key).statusCode())
          .isEqualTo(200);
      assertThat(run("key", "list").said()).contains("laptop", "default").doesNotContain(key);
      assertThat(run("key", "create", "laptop").said()).contains("already");
      assertThat(run("key", "create", "other").said()).startsWith("tk_");
      assertThat(run("key", "revoke", "laptop").said()).contains("revoked laptop");
      comes(() -> serving.ask(chat("hi"), "authorization", "Bearer " + key).statusCode() == 401);
      assertThat(run("key", "revoke", "laptop").ended()).isEqualTo(1);
      assertThat(serving.said()).doesNotContain(key);
    }
  }

  @Test
  void asksTheExternalClassifierAndTheFirstTargetWithoutIt() throws IOException {
    HttpServer classifier =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    classifier.createContext(
        "/classify",
        exchange -> {
          String asked =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          String label = asked.contains("soup") ? "cooking" : "law";
          byte[] answer =
              "{\"category\":\"%s\",\"confidence\":0.9}"
                  .formatted(label)
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    classifier.start();
    configure(
        """
        serve: {listen: "127.0.0.1:0"}
        upstreams:
          cook: {kind: scripted}
          lawyer: {kind: scripted}
        routes:
          default: {to: [cook/small, lawyer/large], policy: classifier}
        router:
          classifier: http://127.0.0.1:%d/classify
          classifier-timeout: 5s
          categories: {small: cooking, large: law}
        """
            .formatted(classifier.getAddress().getPort()));
    try (Serving serving = serve()) {
      HttpResponse<String> law = serving.ask(chat("May the landlord do that?"));
      assertThat(law.headers().firstValue("x-treadle-target")).contains("lawyer/large");
      assertThat(law.headers().firstValue("x-treadle-category")).contains("law");
      assertThat(law.headers().firstValue("x-treadle-source")).contains("classifier");
      assertThat(serving.ask(chat("soup?")).headers().firstValue("x-treadle-target"))
          .contains("cook/small");
      classifier.stop(0);
      assertThat(
              serving
                  .ask(chat("And what of the neighbours?"))
                  .headers()
                  .firstValue("x-treadle-source"))
          .contains("fallback");
    } finally {
      classifier.stop(0);
    }
  }

  @Test
  void refusesAnAddressThatIsNone() {
    for (String wrong : new String[] {"8484", "h:", "h:99999", ":1", "h:x"}) {
      Serving failed = run("serve", "--listen", wrong);
      assertThat(failed.ended()).isNotZero();
      assertThat(failed.said()).contains("--listen");
    }
  }
}
