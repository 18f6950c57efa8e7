package dev.treadle.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.gateway.http.Headers;
import dev.treadle.gateway.http.HttpAnswer;
import dev.treadle.gateway.scripted.Cut;
import dev.treadle.gateway.scripted.Fault;
import dev.treadle.gateway.scripted.RawClient;
import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import dev.treadle.store.Durability;
import dev.treadle.store.Lake;
import dev.treadle.store.LakeLimits;
import dev.treadle.store.Lakes;
import dev.treadle.testkit.Project;
import dev.treadle.transcript.Exchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams that are given again, and answers that are not. */
class CachedStreamsTest extends CachedCalls {
  private static final Path TAPES =
      Project.root().resolve("transcript/src/test/resources/dialect/streams");

  /** Those of the tapes that are a whole answer. */
  private static final Set<String> WHOLE =
      Set.of(
          "choices",
          "interleaved-tools",
          "no-stop",
          "reasoning",
          "refusal",
          "same-index",
          "text",
          "tools",
          "unknown",
          "whole");

  static Stream<Arguments> tapes() throws IOException {
    List<Arguments> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(TAPES)) {
      for (Path file : files.sorted().toList()) {
        String tape = file.getFileName().toString();
        if (tape.matches("[a-z-]+\\.[a-z]+\\.sse")) {
          Api from = Api.valueOf(tape.split("\\.", -1)[1].toUpperCase(Locale.ROOT));
          all.add(Arguments.of(tape, from, from));
          if (from != Api.RESPONSES) {
            all.add(Arguments.of(tape, from, from == Api.CHAT ? Api.MESSAGES : Api.CHAT));
          }
        }
      }
    }
    return all.stream();
  }

  private static String request(Api api) {
    String said =
        api == Api.RESPONSES
            ? "\"input\":\"hello\""
            : "\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]";
    return "{\"model\":\"m\",\"max_tokens\":12,\"stream\":true," + said + "}";
  }

  @ParameterizedTest
  @MethodSource("tapes")
  void aWholeStreamIsGivenAgainByteForByteAndNoOther(String tape, Api from, Api to)
      throws IOException {
    UpstreamSettings.Kind kind =
        from == Api.MESSAGES ? UpstreamSettings.Kind.ANTHROPIC : UpstreamSettings.Kind.OPENAI;
    try (TapeUpstream upstream =
            new TapeUpstream("text/event-stream", Files.readAllBytes(TAPES.resolve(tape)), 13);
        RunningGateway gateway =
            RunningGateway.in(folder)
                .cache(HOUR)
                .attempts(1)
                .upstream("tape", kind, upstream.url())
                .route("default", "tape")
                .start()) {
      HttpResponse<String> first = gateway.post(to.path(), request(to));
      HttpResponse<String> second = gateway.post(to.path(), request(to));
      List<Exchange> kept = gateway.kept();
      boolean isWhole = kept.getFirst().state() == Exchange.State.ANSWERED;

      assertThat(isWhole).isEqualTo(WHOLE.contains(tape.split("\\.", -1)[0]));
      assertThat(cache(first)).isEqualTo("miss");
      assertThat(cache(second)).isEqualTo(isWhole ? "hit" : "miss");
      assertThat(upstream.bodies()).hasSize(isWhole ? 1 : 2);
      if (isWhole) {
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(header(second, "content-type")).isEqualTo(header(first, "content-type"));
        List<String> lost = kept.getFirst().answer().orElseThrow().losses();
        assertThat(header(second, "x-treadle-lost"))
            .as("now it is known before the answer begins")
            .isEqualTo(lost.isEmpty() ? "-" : String.join(", ", lost));
        assertThat(kept.getLast().answer()).isEqualTo(kept.getFirst().answer());
        assertThat(kept.getLast().usage()).isEqualTo(kept.getFirst().usage());
      }
    }
  }

  @Test
  void aStreamThatItsClientLeftIsNotGivenAgain() throws IOException {
    UpstreamSettings.Limits patient =
        new UpstreamSettings.Limits(4, Duration.ofMinutes(1), Duration.ofMinutes(1), 1 << 20);
    RunningGateway.Plan plan =
        RunningGateway.in(folder)
            .limits(patient)
            .cache(HOUR)
            .upstream(
                "a",
                UpstreamSettings.Kind.OPENAI,
                Script.of(
                    Rule.always().say("one two three").fail(Fault.STALL_AFTER_FIRST_TOKEN).times(1),
                    Rule.always().say("whole")))
            .route("default", "a");
    try (RunningGateway gateway = plan.start()) {
      try (RawClient client = new RawClient(gateway.url("/"))) {
        client.send(PATH, STREAM);
        assertThat(gateway.upstream(0).awaitReceived(1, Duration.ofSeconds(10))).isTrue();
      }
      assertThat(gateway.upstream(0).awaitClientsGone(1, Duration.ofSeconds(10))).isTrue();
      assertThat(gateway.post(PATH, STREAM).body()).contains("whole");
      assertThat(gateway.kept())
          .extracting(Exchange::state)
          .containsExactlyInAnyOrder(Exchange.State.CANCELLED, Exchange.State.ANSWERED);
      assertThat(gateway.gateway().core().caching().cache().size()).isEqualTo(1);
      assertNothingIsTakenDown(gateway);
    }
  }

  /** A client whose connection breaks with the last of its answer. */
  private static final class LeavesAtTheEnd implements HttpAnswer {
    @Override
    public void send(int status, Headers headers, byte[] body) throws IOException {
      throw new IOException("gone");
    }

    @Override
    public void stream(int status, Headers headers, Body body) throws IOException {
      ByteArrayOutputStream out =
          new ByteArrayOutputStream() {
            @Override
            public void flush() throws IOException {
              if (toString(StandardCharsets.UTF_8).contains("[DONE]")) {
                throw new IOException("gone");
              }
            }
          };
      body.writeTo(out);
    }

    @Override
    public boolean isCommitted() {
      return true;
    }

    @Override
    public void onClientGone(Consumer<Departure> action) {
      // It is only seen when it is written to.
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAnswerThatItsClientDidNotGetToTheEndIsTakenBack(boolean streams) {
    byte[] body = (streams ? STREAM : CHAT).getBytes(StandardCharsets.UTF_8);
    dev.treadle.gateway.http.HttpRequest request =
        new dev.treadle.gateway.http.HttpRequest(
            "POST", PATH, Optional.empty(), new Headers(), body);
    try (RunningGateway gateway = plan(Rule.always().say("hi")).route("default", "a").start()) {
      Access.Caller anybody = new Access.Caller(Optional.empty());
      ModelCall call =
          new ModelCall(
              gateway.gateway().core(),
              gateway.gateway().routes(),
              anybody,
              Api.CHAT,
              request,
              new LeavesAtTheEnd());
      assertThatThrownBy(call::run).isInstanceOf(IOException.class);
      assertThat(gateway.gateway().core().caching().cache().heldBytes()).isZero();
      assertThat(gateway.kept())
          .extracting(Exchange::state)
          .containsExactly(Exchange.State.CANCELLED);
    }
  }

  @Test
  void aStreamThatCouldNotBeKeptIsNotGivenAgain() throws Exception {
    FullDisk disk = new FullDisk();
    Lake lake = Lake.create(folder.resolve("full"), Lakes.settings(disk, 1, LakeLimits.DEFAULT));
    Script slow = Script.of(Rule.always().say("one two three four five six").fail(Fault.SLOW));
    try (RunningGateway gateway =
            RunningGateway.in(folder)
                .lake(lake)
                .cache(HOUR)
                .upstream("slow", UpstreamSettings.Kind.OPENAI, slow)
                .durability(Durability.BEFORE_ANSWER)
                .onCaptureFailure(RouteSettings.OnCaptureFailure.REFUSE)
                .route("default", "slow")
                .start();
        HttpClient client = HttpClient.newHttpClient();
        InputStream in =
            client
                .send(
                    HttpRequest.newBuilder(gateway.url(PATH))
                        .POST(HttpRequest.BodyPublishers.ofString(STREAM))
                        .build(),
                    HttpResponse.BodyHandlers.ofInputStream())
                .body()) {
      assertThat(in.read()).isEqualTo('d');
      disk.full(true);
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).contains("cannot be kept");
      assertThat(gateway.gateway().core().caching().cache().size()).isZero();
    }
  }

  @Test
  void errorsAreNotGivenAgain() {
    try (RunningGateway gateway =
        plan(Rule.always().status(400).times(1), Rule.always().say("hi"))
            .route("default", "a")
            .start()) {
      HttpResponse<String> refused = gateway.post(PATH, CHAT);
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(cache(refused)).isEqualTo("miss");
      assertThat(gateway.post(PATH, CHAT).statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"CUT_AFTER_FIRST_TOKEN", "STALL_AFTER_FIRST_TOKEN", "ERROR_AFTER_FIRST_TOKEN"})
  void brokenStreamsAreNotGivenAgain(Fault fault) {
    Rule broken = Rule.always().say("one two three four five").fail(fault, Cut.CLOSE, 2).times(1);
    try (RunningGateway gateway =
        plan(broken, Rule.always().say("whole")).route("default", "a").start()) {
      assertThat(gateway.post(PATH, STREAM).body()).doesNotContain("[DONE]");
      assertThat(gateway.gateway().core().caching().cache().size()).isZero();
      HttpResponse<String> second = gateway.post(PATH, STREAM);
      assertThat(cache(second)).isEqualTo("miss");
      assertThat(second.body()).contains("whole").endsWith("data: [DONE]\n\n");
      assertThat(cache(gateway.post(PATH, STREAM))).isEqualTo("hit");
      assertNothingIsTakenDown(gateway);
    }
  }

  /** Without answers it holds nothing: every recording gave back what it took. */
  private static void assertNothingIsTakenDown(RunningGateway gateway) {
    gateway.gateway().drain(Duration.ofSeconds(5));
    gateway.gateway().core().caching().cache().change(1 << 20, Set.of());
    assertThat(gateway.gateway().core().caching().cache().heldBytes()).isZero();
  }

  @Test
  void anAnswerThatIsTooLargeIsNotKept() {
    String words = "many words ".repeat(500);
    try (RunningGateway gateway =
        plan(Rule.always().say(words))
            .route("default", "a")
            .but(it -> it.withCacheBytes(32 << 10))
            .start()) {
      for (String body : List.of(CHAT, STREAM)) {
        assertThat(cache(gateway.post(PATH, body))).isEqualTo("miss");
        HttpResponse<String> second = gateway.post(PATH, body);
        assertThat(cache(second)).isEqualTo("miss");
        assertThat(second.body()).contains("words");
      }
      assertThat(gateway.gateway().core().caching().cache().heldBytes()).isZero();
    }
  }
}
