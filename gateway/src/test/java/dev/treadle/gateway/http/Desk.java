package dev.treadle.gateway.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** A handler that answers with what it was asked, or as a test says. */
final class Desk implements HttpHandler {
  final List<HttpRequest> seen = new CopyOnWriteArrayList<>();
  final List<String> failures = new CopyOnWriteArrayList<>();
  private final Handling handling;

  /** What a test does with a request. */
  interface Handling {
    void handle(HttpRequest request, HttpAnswer answer) throws IOException;
  }

  Desk(Handling handling) {
    this.handling = handling;
  }

  /** Answers with method, path and body. */
  static Desk echo() {
    return new Desk(
        (request, answer) ->
            answer.send(
                200,
                new Headers().add("content-type", "text/plain"),
                bytes(request.method() + " " + request.path() + " " + text(request.body()))));
  }

  HttpServer serve() throws IOException {
    return serve(limits(), System::nanoTime);
  }

  HttpServer serve(HttpSettings settings, LongSupplier nanos) throws IOException {
    return HttpServer.start(settings, this, () -> Instant.parse("2026-11-20T08:00:00Z"), nanos);
  }

  /** 64 KiB of body, 4 connections; a minute for everything. */
  static HttpSettings limits() {
    Duration minute = Duration.ofMinutes(1);
    return new HttpSettings(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        64 << 10,
        minute,
        minute,
        minute,
        4,
        Runtime.getRuntime().maxMemory());
  }

  /** Waits until so many connections are there. */
  static boolean comesTo(HttpServer server, int connections) {
    return comesTo(server, connections, () -> {});
  }

  /** Does something before each look. */
  static boolean comesTo(HttpServer server, int connections, Runnable meanwhile) {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (server.connections() != connections && System.nanoTime() < end) {
      meanwhile.run();
      LockSupport.parkNanos(1_000_000);
    }
    return server.connections() == connections;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void handle(HttpRequest request, HttpAnswer answer) throws IOException {
    seen.add(request);
    handling.handle(request, answer);
  }

  @Override
  public byte[] error(int status, String path, String message) {
    return bytes("{\"status\":" + status + ",\"message\":\"" + message + "\"}");
  }

  @Override
  public void failed(String what, Throwable cause) {
    failures.add(what + ": " + cause);
  }
}
