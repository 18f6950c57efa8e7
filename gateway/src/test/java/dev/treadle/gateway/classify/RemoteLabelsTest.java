package dev.treadle.gateway.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.treadle.routing.TextLabels;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Classifiers that are other programs. */
class RemoteLabelsTest {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(50);

  private static HttpServer serving(int status, String reply, AtomicInteger asked)
      throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/classify",
        exchange -> {
          asked.incrementAndGet();
          byte[] request = exchange.getRequestBody().readAllBytes();
          String text = Json.read(request).path("text").asString("");
          byte[] body = reply.replace("TEXT", text).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static URI address(HttpServer server) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/classify");
  }

  private static RemoteLabels at(URI address, Duration limit) {
    return RemoteLabels.at(address, limit, System::nanoTime);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"category\": \"TEXT\", \"confidence\": 0.75}",
        "{\"label\": \"TEXT\", \"confidence\": 0.75, \"model\": \"m\"}"
      })
  void asksOverHttp(String reply) throws IOException {
    HttpServer server = serving(200, reply, new AtomicInteger());
    try (RemoteLabels labels = at(address(server), LONG)) {
      assertThat(labels.classify("数学")).contains(new TextLabels.Label("数学", 0.75, true, false));
      assertThat(labels.version()).startsWith("http://127.0.0.1");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void knowsWhatIsOfNoCategory() throws IOException {
    HttpServer server =
        serving(200, "{\"category\": \"oos\", \"confidence\": 0.9}", new AtomicInteger());
    try (RemoteLabels labels = at(address(server), LONG)) {
      assertThat(labels.classify("x").orElseThrow().isInScope()).isFalse();
    } finally {
      server.stop(0);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "no json",
        "{}",
        "{\"category\": \"a\"}",
        "{\"category\": \"a\", \"confidence\": 1.5}",
        "{\"category\": \"a\", \"confidence\": \"0.5\"}",
        "{\"category\": \"a\", \"confidence\": 1e999}",
        "{\"category\": \"\", \"confidence\": 0.5}"
      })
  void whatIsNoLabelIsNone(String reply) throws IOException {
    HttpServer server = serving(200, reply, new AtomicInteger());
    try (RemoteLabels labels = at(address(server), LONG)) {
      assertThat(labels.classify("x")).isEmpty();
    } finally {
      server.stop(0);
    }
  }

  @Test
  void leavesAloneWhatFailsAgainAndAgain() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    AtomicLong now = new AtomicLong();
    HttpServer server = serving(500, "", asked);
    try (RemoteLabels labels = RemoteLabels.at(address(server), LONG, now::get)) {
      for (int i = 0; i < 20; i++) {
        assertThat(labels.classify("x")).isEmpty();
      }
      int before = asked.get();
      assertThat(before).isLessThan(20);
      now.addAndGet(Duration.ofMinutes(3).toNanos());
      assertThat(labels.classify("x")).isEmpty();
      assertThat(asked.get()).as("tried again after a while").isEqualTo(before + 1);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void doesNotWaitForWhoIsLate() throws IOException {
    CountDownLatch over = new CountDownLatch(1);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/classify",
        exchange -> {
          try {
            over.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });
    server.start();
    try (RemoteLabels labels = at(address(server), SHORT)) {
      assertThat(labels.classify("x")).isEmpty();
    } finally {
      over.countDown();
      server.stop(0);
    }
  }

  private static byte[] reply(String category, float confidence) {
    byte[] name = category.getBytes(StandardCharsets.UTF_8);
    byte[] model = "m-1".getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(2 + name.length + 5 + 2 + model.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 0x0a)
        .put((byte) name.length)
        .put(name)
        .put((byte) 0x15)
        .putFloat(confidence)
        .put((byte) 0x1a)
        .put((byte) model.length)
        .put(model)
        .array();
  }

  @Test
  void asksOverGrpc() throws IOException {
    String text = "求解方程 ".repeat(100);
    try (GrpcServer server =
            new GrpcServer(
                request -> {
                  byte[] end = text.getBytes(StandardCharsets.UTF_8);
                  boolean isText =
                      request[0] == 0x0a
                          && Arrays.equals(
                              Arrays.copyOfRange(
                                  request, request.length - end.length, request.length),
                              end);
                  return reply(isText ? "math" : "garbled", 0.5f);
                });
        RemoteLabels labels = at(server.address(), LONG)) {
      for (int i = 0; i < 3; i++) {
        assertThat(labels.classify(text)).contains(new TextLabels.Label("math", 0.5, true, false));
      }
    }
  }

  @Test
  void whatFailsOrIsLateOverGrpcIsNone() throws IOException {
    try (GrpcServer server = new GrpcServer(_ -> new byte[1]);
        RemoteLabels labels = at(server.address(), LONG)) {
      assertThat(labels.classify("x")).isEmpty();
    }
    try (GrpcServer server = new GrpcServer(_ -> new byte[0]);
        RemoteLabels labels = at(server.address(), SHORT)) {
      assertThat(labels.classify("x")).isEmpty();
    }
    try (GrpcServer server = new GrpcServer(_ -> reply("math", 2));
        RemoteLabels labels = at(server.address(), LONG)) {
      assertThat(labels.classify("x")).isEmpty();
    }
    try (RemoteLabels labels = at(URI.create("grpc://127.0.0.1:1"), LONG)) {
      assertThat(labels.classify("x")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://h/x", "grpc:/x", "classify", "http:///x"})
  void refusesOtherAddresses(String address) {
    assertThatThrownBy(() -> at(URI.create(address), LONG))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property(tries = 500)
  void anyBytesAreALabelOrARefusal(@ForAll byte[] bytes) {
    Optional<TextLabels.Label> label;
    try {
      label = Optional.of(ClassifyMessages.reply(bytes));
    } catch (IOException e) {
      label = Optional.empty();
    }
    assertThat(label).isNotNull();
  }
}
