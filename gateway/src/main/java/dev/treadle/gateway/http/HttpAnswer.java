package dev.treadle.gateway.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Consumer;

/** The answer to one request: sent whole, or streamed. */
public interface HttpAnswer {
  /** Sends a whole answer. */
  void send(int status, Headers headers, byte[] body) throws IOException;

  /**
   * Streams an answer; what {@code body} flushes is sent at once. If {@code body} throws, the
   * connection is closed without the mark that ends an answer, so that no client takes it for
   * whole. Where an answer has no body (to {@code HEAD}, or 204), {@code body} is not asked.
   */
  void stream(int status, Headers headers, Body body) throws IOException;

  /** Whether anything was sent. */
  boolean isCommitted();

  /**
   * What to do when the client goes away, or takes nothing for too long, before the answer is
   * complete. Called at most once, by another thread.
   */
  void onClientGone(Consumer<Departure> action);

  /** How a client left. */
  enum Departure {
    /** It closed the connection. */
    GONE,
    /** It took nothing of what was sent to it for too long. */
    STUCK
  }

  /** Writes the body of a streamed answer. */
  interface Body {
    void writeTo(OutputStream out) throws IOException;
  }
}
