package dev.treadle.gateway.http;

import java.io.IOException;

/** Answers requests, each on a virtual thread of its own. */
public interface HttpHandler {
  /**
   * Answers, exactly once.
   *
   * @throws IOException when the client cannot be written to any more
   */
  void handle(HttpRequest request, HttpAnswer answer) throws IOException;

  /** The body of an answer that the server gives by itself, such as 413. */
  byte[] error(int status, String path, String message);

  /** Something failed that should not: for the log. */
  void failed(String what, Throwable cause);
}
