package dev.treadle.gateway.scripted;

import dev.treadle.transcript.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** A request as it arrived. */
public final class Received {
  private final String method;
  private final String path;
  private final Map<String, String> headers;
  private final byte[] body;

  /**
   * Takes the arrays and maps as they are.
   *
   * @param headers with names in lower case
   */
  Received(String method, String path, Map<String, String> headers, byte[] body) {
    this.method = method;
    this.path = path;
    this.headers = Map.copyOf(headers);
    this.body = body;
  }

  public String method() {
    return method;
  }

  /** The path with its query. */
  public String path() {
    return path;
  }

  /** All headers, with names in lower case; those that came twice are joined by a comma. */
  public Map<String, String> headers() {
    return headers;
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /** The body's bytes, copied. */
  public byte[] body() {
    return body.clone();
  }

  /** The body as text. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** The body as JSON. */
  public JsonNode json() {
    return Json.read(body);
  }

  int size() {
    return body.length;
  }

  byte[] bytes() {
    return body;
  }

  @Override
  public String toString() {
    return method + " " + path + " " + body.length + " bytes";
  }
}
