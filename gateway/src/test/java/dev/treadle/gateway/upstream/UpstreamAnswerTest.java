package dev.treadle.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes back from an upstream: heads and bodies in every form, right and wrong. */
class UpstreamAnswerTest {
  private final UpstreamCalls calls = new UpstreamCalls();

  @AfterEach
  void end() {
    calls.close();
  }

  @Test
  void readsPastInterimAnswers() throws IOException {
    try (Canned server =
        Canned.always(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                + Canned.OK)) {
      assertThat(calls.whole(calls.upstream(server.url("http")))).isEqualTo("ok");
    }
  }

  @Test
  void readsBodiesInChunksAndThoseThatEndWithTheConnection() throws IOException {
    try (Canned server =
        Canned.always(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n")) {
      Upstream upstream = calls.upstream(server.url("http"));
      assertThat(calls.whole(upstream)).isEqualTo("ok");
      assertThat(upstream.keptConnections()).isEqualTo(1);
    }
    try (Canned server =
        new Canned(
            (_, it) -> {
              boolean _ = it.hear();
              it.say("HTTP/1.1 200 OK\r\n\r\nok");
            })) {
      Upstream upstream = calls.upstream(server.url("http"));
      assertThat(calls.whole(upstream)).isEqualTo("ok");
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
      Upstream upstream = calls.upstream(server.url("http"));
      for (String method : new String[] {"HEAD", "DELETE"}) {
        try (UpstreamAnswer answer = calls.call(upstream, method)) {
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
      Upstream upstream = calls.upstream(server.url("http"));
      calls.fails(upstream, Trouble.UPSTREAM_CUT);
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
      Upstream upstream = calls.upstream(server.url("http"));
      assertThatThrownBy(() -> calls.whole(upstream))
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
      Upstream upstream = calls.upstream(server.url("http"));
      assertThatThrownBy(() -> calls.whole(upstream)).isInstanceOf(CallFailed.class);
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
      calls.fails(calls.upstream(told.url("http")), Trouble.TOO_LARGE);
      calls.fails(calls.upstream(untold.url("http")), Trouble.TOO_LARGE);
      calls.fails(calls.upstream(packed.url("http")), Trouble.TOO_LARGE);
    }
  }

  private static Canned gzip(String text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(UpstreamCalls.bytes(text));
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
      out.write(UpstreamCalls.bytes("hello"));
    }
    try (Canned gzip = gzip("hello");
        Canned deflate = packed("Deflate", deflated.toByteArray());
        Canned broken = packed("gzip", UpstreamCalls.bytes("hello"));
        Canned brotli = packed("br", UpstreamCalls.bytes("hello"))) {
      assertThat(calls.whole(calls.upstream(gzip.url("http")))).isEqualTo("hello");
      assertThat(calls.whole(calls.upstream(deflate.url("http")))).isEqualTo("hello");
      calls.fails(calls.upstream(broken.url("http")), Trouble.BAD_ANSWER);
      calls.fails(calls.upstream(brotli.url("http")), Trouble.BAD_ANSWER);
    }
  }
}
