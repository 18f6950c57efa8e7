package dev.treadle.gateway.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.treadle.gateway.scripted.Pace;
import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import dev.treadle.gateway.scripted.ScriptedUpstream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Five scripted candidates and an evaluator, and gateways as processes of their own that compare
 * them.
 */
final class ComparedGateway implements AutoCloseable {
  static final int CANDIDATES = 5;
  private static final String SERVING = "Serving on ";

  private final List<ScriptedUpstream> models = new ArrayList<>();
  private final HttpServer evaluator;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * Starts models and evaluator.
   *
   * @param pace of every model
   * @param dead how many candidates, from the last one on, answer with 500
   * @param badScores every so manieth score is refused with 500; 0: none
   */
  ComparedGateway(Pace pace, int dead, int badScores) throws IOException {
    for (int i = 0; i < CANDIDATES; i++) {
      Rule rule =
          i < CANDIDATES - dead ? Rule.always().say("It is " + i) : Rule.always().status(500);
      models.add(ScriptedUpstream.start(Script.of(rule).pace(pace)));
    }
    evaluator = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    evaluator.setExecutor(threads);
    AtomicLong scored = new AtomicLong();
    evaluator.createContext(
        "/", it -> score(it, badScores > 0 && scored.incrementAndGet() % badScores == 0));
    evaluator.start();
  }

  private static void score(HttpExchange exchange, boolean isBad) throws IOException {
    try (exchange) {
      try (InputStream body = exchange.getRequestBody()) {
        body.transferTo(java.io.OutputStream.nullOutputStream());
      }
      byte[] score = "{\"score\":0.5,\"method\":\"bench\"}".getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(isBad ? 500 : 200, score.length);
      exchange.getResponseBody().write(score);
    }
  }

  /** A gateway under way. */
  record Serving(Process process, URI url) {
    /** Ends it as an operator does. */
    void end() throws InterruptedException {
      process.destroy();
      process.waitFor();
    }
  }

  /** Starts a gateway over a workspace, which is made if need be. */
  Serving serve(Path launcher, Path workspace, boolean compares) throws IOException {
    Files.createDirectories(workspace);
    StringBuilder yaml = new StringBuilder("upstreams:\n");
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < CANDIDATES; i++) {
      yaml.append(
          "  m%d: {kind: openai, url: \"%s\", key: none}\n".formatted(i, models.get(i).baseUrl()));
      names.append(i == 0 ? "" : ", ").append("m%d/model-%d".formatted(i, i));
    }
    yaml.append(
        """
        routes:
          bench: {to: m0/model-0, attempts: 1}
        data_collection:
          enabled: %s
          mode: training
          sampling_rate: 1.0
          training:
            candidate_models: [%s]
            evaluate_endpoint: "http://127.0.0.1:%d/v1/evaluate"
            evaluate_timeout: 5000
            concurrency: 4
            queue: 1000
        """
            .formatted(compares, names, evaluator.getAddress().getPort()));
    Files.writeString(workspace.resolve("treadle.yaml"), yaml);
    Process process =
        new ProcessBuilder(
                launcher.toString(),
                "serve",
                "--workspace",
                workspace.toString(),
                "--listen",
                "127.0.0.1:0")
            .redirectError(ProcessBuilder.Redirect.appendTo(workspace.resolve("log").toFile()))
            .start();
    BufferedReader said =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      if (line.startsWith(SERVING)) {
        String url = line.substring(SERVING.length());
        return new Serving(process, URI.create(url.substring(0, url.indexOf(' '))));
      }
    }
    throw new IOException(
        "the gateway did not start: " + Files.readString(workspace.resolve("log")));
  }

  /** How often the models were asked. */
  long asked() {
    return models.stream().mapToLong(ScriptedUpstream::receivedCount).sum();
  }

  static Duration millis(String argument) {
    return Duration.ofMillis(Long.parseLong(argument));
  }

  @Override
  public void close() {
    evaluator.stop(0);
    threads.shutdownNow();
    models.forEach(ScriptedUpstream::close);
  }
}
