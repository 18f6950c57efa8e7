package dev.treadle.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server makes of requests, right ones and wrong ones. */
class RequestsTest {
  private static final String POST = "POST /p HTTP/1.1\r\nHost: h\r\n";

  private final Desk desk = Desk.echo();

  @SuppressWarnings("NullAway.Init")
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = desk.serve();
  }

  @AfterEach
  void noConnectionIsLeft() {
    boolean isEmpty = Desk.comesTo(server, 0);
    server.close();
    assertThat(isEmpty).isTrue();
    assertThat(desk.failures).isEmpty();
  }

  @Test
  void answersPipelinedRequestsInOrder() throws IOException {
    try (Line line = new Line(server)) {
      line.say(POST + "Content-Length: 2\r\n\r\nabGET /second HTTP/1.1\r\nHost: h\r\n\r\n");
      assertThat(line.answer()).startsWith("HTTP/1.1 200").endsWith("POST /p ab");
      assertThat(line.answer()).endsWith("GET /second ");
      line.say("GET /third?x=1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
      assertThat(line.rest()).contains("connection: close").endsWith("GET /third ");
      assertThat(desk.seen.getLast().query()).contains("x=1");
    }
  }

  @Test
  void closesAfterAnHttp10Request() throws IOException {
    try (Line line = new Line(server)) {
      line.say("GET /old HTTP/1.0\r\nHost: h\r\n\r\n");
      assertThat(line.rest()).contains("connection: close").endsWith("\r\n\r\nGET /old ");
    }
  }

  @Test
  void asksForTheBodyOfAClientThatWaits() throws IOException {
    try (Line line = new Line(server)) {
      line.say(POST + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n");
      assertThat(line.head()).startsWith("HTTP/1.1 100");
      line.say("abc");
      assertThat(line.answer()).endsWith("POST /p abc");
    }
  }

  @Test
  void refusesATooLargeBodyBeforeItIsSent() throws IOException {
    try (Line line = new Line(server)) {
      line.say(POST + "Content-Length: 99999999\r\nExpect: 100-continue\r\n\r\n");
      assertThat(line.rest()).startsWith("HTTP/1.1 413").contains("larger than 65536 bytes");
    }
  }

  @Test
  void joinsTheChunksOfABody() throws IOException {
    try (Line line = new Line(server)) {
      line.say(
          POST + "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: t\r\n\r\n");
      assertThat(line.answer()).endsWith("POST /p abcde");
      line.say("GET /next HTTP/1.1\r\nHost: h\r\n\r\n");
      assertThat(line.answer()).endsWith("GET /next ");
    }
  }

  @Test
  void takesABodyOfExactlyTheLimit() throws IOException {
    String body = "x".repeat(64 << 10);
    try (Line line = new Line(server)) {
      line.say(POST + "Content-Length: 65536\r\n\r\n" + body);
      assertThat(line.answer()).endsWith(body);
      line.say(POST + "Transfer-Encoding: chunked\r\n\r\n10000\r\n" + body + "\r\n0\r\n\r\n");
      assertThat(line.answer()).endsWith(body);
    }
  }

  @Test
  void refusesATooLargeChunkedBody() throws IOException {
    try (Line line = new Line(server)) {
      line.say(POST + "Transfer-Encoding: chunked\r\n\r\n");
      line.say("10001\r\n" + "x".repeat(65_537) + "\r\n0\r\n\r\n");
      assertThat(line.rest()).startsWith("HTTP/1.1 413");
    }
  }

  @Test
  void aClientThatIsStillSendingSeesThatItsBodyIsTooLarge() throws IOException {
    int size = 40 << 20;
    try (Line line = new Line(server)) {
      line.say(POST + "Content-Length: " + size + "\r\n\r\n");
      line.say(new byte[size]);
      assertThat(line.rest()).startsWith("HTTP/1.1 413").endsWith("}");
    }
  }

  @Test
  void refusesTooLargeHeaderFields() throws IOException {
    try (Line line = new Line(server)) {
      line.say("GET / HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(20_000) + "\r\n\r\n");
      assertThat(line.rest()).startsWith("HTTP/1.1 431");
    }
    try (Line line = new Line(server)) {
      line.say("GET / HTTP/1.1\r\nHost: h\r\n" + "X: x\r\n".repeat(300) + "\r\n");
      assertThat(line.answer()).startsWith("HTTP/1.1 431");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hello\r\n\r\n",
        "GET\r\n\r\n",
        "\u0016\u0003\u0001\u0002\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\nab",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nab\r\n0\r\n\r\n"
      })
  void tellsWhoSpeaksNoHttpSoAndCloses(String said) throws IOException {
    try (Line line = new Line(server)) {
      line.say(said);
      assertThat(line.rest()).startsWith("HTTP/1.1 400").contains("connection: close");
    }
    assertThat(desk.seen).isEmpty();
  }

  @Test
  void refusesOtherVersionsOfHttp() throws IOException {
    try (Line line = new Line(server)) {
      line.say("GET / HTTP/3.0\r\n\r\n");
      assertThat(line.rest()).startsWith("HTTP/1.1 505");
    }
  }

  @Test
  void takesTheHostOfAWholeAddress() throws IOException {
    try (Line line = new Line(server)) {
      line.say("GET http://there:8080/v1/x?y HTTP/1.1\r\nConnection: close\r\n\r\n");
      assertThat(line.rest()).endsWith("GET /v1/x ");
      assertThat(desk.seen.getFirst().headers().first("host")).contains("there:8080");
    }
  }

  @Test
  void answersHeadWithoutABody() throws IOException {
    try (Line line = new Line(server)) {
      line.say("HEAD /h HTTP/1.1\r\nHost: h\r\n\r\nGET /g HTTP/1.1\r\nHost: h\r\n\r\n");
      assertThat(line.head()).contains("content-length: 8");
      assertThat(line.answer()).endsWith("GET /g ");
    }
  }
}
