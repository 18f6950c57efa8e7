package dev.treadle.gateway;

import dev.treadle.gateway.http.Headers;
import dev.treadle.gateway.http.HttpAnswer;
import dev.treadle.gateway.http.HttpRequest;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An answer to a web page of another origin that may call: it says so to the browser, which keeps
 * the answer from the page otherwise (Fetch standard, CORS protocol).
 */
final class CrossOrigin implements HttpAnswer {
  private final HttpAnswer answer;
  private final String origin;

  private CrossOrigin(HttpAnswer answer, String origin) {
    this.answer = answer;
    this.origin = origin;
  }

  /** The answer for whoever asks; {@code origin} was let in. */
  static HttpAnswer of(Optional<String> origin, HttpAnswer answer) {
    return origin.isPresent() ? new CrossOrigin(answer, origin.get()) : answer;
  }

  /** Whether a browser asks if the request that it has in mind would be let in. */
  static boolean isPreflight(HttpRequest request) {
    return request.method().equals("OPTIONS")
        && request.headers().first("origin").isPresent()
        && request.headers().first("access-control-request-method").isPresent();
  }

  /** Lets it in: whether it may do what it wants is seen when it comes. */
  static void letIn(HttpRequest request, HttpAnswer answer) throws IOException {
    Headers headers = new Headers().add("access-control-max-age", "600");
    request
        .headers()
        .first("access-control-request-method")
        .ifPresent(it -> headers.add("access-control-allow-methods", it));
    request
        .headers()
        .first("access-control-request-headers")
        .ifPresent(it -> headers.add("access-control-allow-headers", it));
    answer.send(200, headers, new byte[0]);
  }

  private Headers marked(Headers headers) {
    return headers
        .set("access-control-allow-origin", origin)
        .set("access-control-expose-headers", "*")
        .add("vary", "origin");
  }

  @Override
  public void send(int status, Headers headers, byte[] body) throws IOException {
    answer.send(status, marked(headers), body);
  }

  @Override
  public void stream(int status, Headers headers, Body body) throws IOException {
    answer.stream(status, marked(headers), body);
  }

  @Override
  public boolean isCommitted() {
    return answer.isCommitted();
  }

  @Override
  public void onClientGone(Consumer<Departure> action) {
    answer.onClientGone(action);
  }
}
