package dev.treadle.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.gateway.http.Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes back from an upstream: heads and bodies in every form, right and wrong. */
class UpstreamAnswerTest {
  private static final CallLimits LIMITS =
      new CallLimits(2, Duration.ofSeconds(5), Duration.ofSeconds(5), 1000);

  private final Watchdog watchdog = new Watchdog(System::nanoTime);

  private Upstream upstream(URI url) {
    return new Upstream("up", Address.of(url), LIMITS, System::nanoTime);
  }

  private UpstreamAnswer call(Upstream upstream, String method) throws CallFailed {
    return call(upstream, method, watchdog.watch(Duration.ofSeconds(10)), true);
  }

  private static UpstreamAnswer call(Upstream upstream, String method, Watch watch, boolean streams)
      throws CallFailed {
    byte[] body = method.equals("POST") ? bytes("{}") : new byte[0];
    return upstream.call(method, "/v1/x?q=1", new Headers().add("a", "b"), body, streams, watch);
  }

  private String whole(Upstream upstream) throws CallFailed {
    try (UpstreamAnswer answer = call(upstream, "POST")) {
      String text = new String(answer.readAll(), StandardCharsets.UTF_8);
      answer.succeeded();
      return text;
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void fails(Upstream upstream, Trouble trouble) {
    assertThatThrownBy(() -> whole(upstream))
        .isInstanceOfSatisfying(
            CallFailed.class, it -> assertThat(it.trouble()).isEqualTo(trouble));
    assertThat(upstream.calls()).isZero();
  }

  @AfterEach
  void end() {
    watchdog.close();
  }

  @Test
  void readsPastInterimAnswers() throws IOException {
    try (Canned server =
        Canned.always(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                + Canned.OK)) {
      assertThat(whole(upstream(server.url("http")))).isEqualTo("ok");
    }
  }

  @Test
  void readsBodiesInChunksAndThoseThatEndWithTheConnection() throws IOException {
    try (Canned server =
        Canned.always(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n")) {
      Upstream upstream = upstream(server.url("http"));
      assertThat(whole(upstream)).isEqualTo("ok");
      assertThat(upstream.keptConnections()).isEqualTo(1);
    }
    try (Canned server =
        new Canned(
            (_, it) -> {
              boolean _ = it.hear();
              it.say("HTTP/1.1 200 OK\r\n\r\nok");
            })) {
      Upstream upstream = upstream(server.url("http"));
      assertThat(whole(upstream)).isEqualTo("ok");
      assertThat(upstream.keptConnections()).isZero();
    }
  }

  @Test
  void doesNotWaitForABodyThatHasNone() throws IOException {
    try (Canned server =
        new Canned(
            (_, it) -> {
              boolean _ = it.hear();
              it.say("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n");
              boolean _ = it.hear();
              it.say("HTTP/1.1 204 No Content\r\n\r\n");
              boolean _ = it.hear();
            })) {
      Upstream upstream = upstream(server.url("http"));
      for (String method : new String[] {"HEAD", "DELETE"}) {
        try (UpstreamAnswer answer = call(upstream, method)) {
          assertThat(answer.readAll()).isEmpty();
          answer.succeeded();
        }
      }
      assertThat(upstream.keptConnections()).isEqualTo(1);
      assertThat(server.connections).hasValue(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nok\r\n"
      })
  void tellsThatAnAnswerBrokeOff(String answer) throws IOException {
    try (Canned server =
        new Canned(
            (_, it) -> {
              boolean _ = it.hear();
              it.say(answer);
            })) {
      Upstream upstream = upstream(server.url("http"));
      fails(upstream, Trouble.UPSTREAM_CUT);
      assertThat(upstream.keptConnections()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-",
        "SSH-2.0-OpenSSH\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"
      })
  void tellsThatItIsNoHttp(String answer) throws IOException {
    try (Canned server =
        new Canned(
            (_, it) -> {
              boolean _ = it.hear();
              it.say(answer);
            })) {
      Upstream upstream = upstream(server.url("http"));
      assertThatThrownBy(() -> whole(upstream))
          .isInstanceOfSatisfying(
              CallFailed.class, it -> assertThat(it.trouble().isUpstreams()).isTrue());
      assertThat(upstream.calls()).isZero();
    }
  }

  @Test
  void headerFieldsWithoutEndAreALimit() throws IOException {
    try (Canned server =
        new Canned(
            (_, it) -> {
              boolean _ = it.hear();
              it.say("HTTP/1.1 200 OK\r\n");
              for (int i = 0; i < 1_000_000; i++) {
                it.say("x" + i + ": y\r\n");
              }
            })) {
      Upstream upstream = upstream(server.url("http"));
      assertThatThrownBy(() -> whole(upstream)).isInstanceOf(CallFailed.class);
      assertThat(upstream.calls()).isZero();
    }
  }

  @Test
  void tellsThatAnAnswerIsTooLarge() throws IOException {
    String big = "x".repeat(1001);
    try (Canned told = Canned.always("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + big);
        Canned untold =
            Canned.always(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n"
                    + big
                    + "\r\n0\r\n\r\n");
        Canned packed = gzip("y".repeat(100_000))) {
      fails(upstream(told.url("http")), Trouble.TOO_LARGE);
      fails(upstream(untold.url("http")), Trouble.TOO_LARGE);
      fails(upstream(packed.url("http")), Trouble.TOO_LARGE);
    }
  }

  private static Canned gzip(String text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes(text));
    }
    return packed("gzip", out.toByteArray());
  }

  private static Canned packed(String coding, byte[] body) throws IOException {
    return new Canned(
        (_, it) -> {
          while (it.hear()) {
            it.say(
                "HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n"
                    .formatted(coding, body.length));
            it.say(body);
          }
        });
  }

  @Test
  void inflatesWhatCameCompressedUnasked() throws IOException {
    ByteArrayOutputStream deflated = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(deflated)) {
      out.write(bytes("hello"));
    }
    try (Canned gzip = gzip("hello");
        Canned deflate = packed("Deflate", deflated.toByteArray());
        Canned broken = packed("gzip", bytes("hello"));
        Canned brotli = packed("br", bytes("hello"))) {
      assertThat(whole(upstream(gzip.url("http")))).isEqualTo("hello");
      assertThat(whole(upstream(deflate.url("http")))).isEqualTo("hello");
      fails(upstream(broken.url("http")), Trouble.BAD_ANSWER);
      fails(upstream(brotli.url("http")), Trouble.BAD_ANSWER);
    }
  }
}
