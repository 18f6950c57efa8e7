package dev.treadle.gateway.collect;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** An HTTP server that remembers what was posted to it, and answers by a function. */
public final class Postbox implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<JsonNode> posted = new CopyOnWriteArrayList<>();
  private final List<String> keys = new CopyOnWriteArrayList<>();
  private final BlockingQueue<JsonNode> arriving = new LinkedBlockingQueue<>();

  /** What it says: a status and a body. */
  public record Said(int status, String body) {
    public static Said score(double score) {
      return new Said(200, "{\"score\":" + score + ",\"method\":\"exact\"}");
    }
  }

  private Postbox(Function<JsonNode, Said> answers) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", exchange -> answer(exchange, answers));
    server.start();
  }

  public static Postbox answering(Function<JsonNode, Said> answers) {
    try {
      return new Postbox(answers);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void answer(HttpExchange exchange, Function<JsonNode, Said> answers) throws IOException {
    try (exchange) {
      JsonNode body = Json.read(exchange.getRequestBody().readAllBytes());
      posted.add(body);
      keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("authorization")));
      Said said = answers.apply(body);
      byte[] bytes = said.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(said.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
      arriving.add(body);
    }
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/posted");
  }

  /** The credentials that came with what was posted. */
  public List<String> keys() {
    return keys;
  }

  public List<JsonNode> posted() {
    return posted;
  }

  /** The next thing that was posted and answered. */
  public JsonNode next() {
    try {
      JsonNode next = arriving.poll(20, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("nothing was posted");
      }
      return next;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
