package dev.treadle.gateway.scripted;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.gateway.scripted.RawClient.End;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** HTTP as scripted upstreams speak it, and the ends of their connections. */
class UpstreamConnectionTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  @Test
  void chunkedRequestsAndKeepAliveWork() throws IOException {
    String body = Calls.CHAT.ask("Hi", false);
    try (ScriptedUpstream upstream = ScriptedUpstream.start(Script.of());
        RawClient client = new RawClient(upstream.baseUrl())) {
      String head = "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\n";
      String half = body.substring(0, 10);
      String rest = body.substring(10);
      String chunks =
          Integer.toHexString(half.length())
              + "\r\n"
              + half
              + "\r\n"
              + Integer.toHexString(rest.length())
              + "\r\n"
              + rest
              + "\r\n0\r\n\r\n";
      String request = head + "Transfer-Encoding: chunked\r\n\r\n" + chunks;
      client.raw(request + request);
      assertThat(client.read(9999).status()).isEqualTo(200);
      assertThat(client.read(9999).status()).isEqualTo(200);
      assertThat(upstream.received().get(1).text()).isEqualTo(body);
      assertThat(upstream.received().get(1).json()).isInstanceOf(ObjectNode.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.0\r\nHost: a\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\n\n",
        "POST / HTTP/1.1\r\nHost : a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
      })
  void whatIsNotHttpIsRefusedAndTheConnectionClosed(String request) throws IOException {
    try (ScriptedUpstream upstream = ScriptedUpstream.start(Script.of());
        RawClient client = new RawClient(upstream.baseUrl())) {
      client.raw(request);
      assertThat(client.read(9999).status()).isIn(400, 505);
      assertThat(client.read(9999).end()).isIn(End.CLOSED, End.RESET);
      assertThat(upstream.awaitOpenConnections(0, SOON)).isTrue();
    }
  }

  @Test
  void clientThatLeavesBetweenTwoPiecesIsNoticed() throws IOException {
    Script script =
        Script.of(Rule.always().say("a long answer in many pieces"))
            .pace(new Pace(Duration.ZERO, Duration.ofHours(1), 4));
    try (ScriptedUpstream upstream = ScriptedUpstream.start(script)) {
      try (RawClient client = new RawClient(upstream.baseUrl())) {
        client.send(Calls.CHAT.path(), Calls.CHAT.ask("Hi", true));
        assertThat(upstream.awaitReceived(1, SOON)).isTrue();
      }
      assertThat(upstream.awaitClientsGone(1, SOON)).isTrue();
      assertThat(upstream.awaitOpenConnections(0, SOON)).isTrue();
    }
  }

  @Test
  @SuppressWarnings("try") // Closing early is what is tested.
  void closingEndsAnAnswerInItsMiddle() throws IOException {
    Script script = Script.of(Rule.always().fail(Fault.STALL_AFTER_FIRST_TOKEN));
    try (ScriptedUpstream upstream = ScriptedUpstream.start(script);
        RawClient client = new RawClient(upstream.baseUrl())) {
      client.send(Calls.CHAT.path(), Calls.CHAT.ask("Hi", true));
      assertThat(upstream.awaitReceived(1, SOON)).isTrue();
      upstream.close();
      assertThat(client.read(9999).end()).isIn(End.CLOSED, End.RESET);
    }
  }
}
