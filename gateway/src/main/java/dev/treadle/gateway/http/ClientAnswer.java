package dev.treadle.gateway.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.impl.io.DefaultBHttpServerConnection;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;

/** The answer to one request of a connection. */
final class ClientAnswer implements HttpAnswer {
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  private final DefaultBHttpServerConnection connection;
  private final ClassicHttpRequest head;
  private final HttpDate date;
  private final BooleanSupplier isDraining;
  private final Consumer<Consumer<Departure>> watched;
  private final Runnable cut;
  private boolean committed;
  private boolean keepsAlive;

  /**
   * An answer to {@code head}.
   *
   * @param watched takes what is to be done when the client goes away
   * @param cut closes the connection at once
   */
  ClientAnswer(
      DefaultBHttpServerConnection connection,
      ClassicHttpRequest head,
      HttpDate date,
      BooleanSupplier isDraining,
      Consumer<Consumer<Departure>> watched,
      Runnable cut) {
    this.connection = connection;
    this.head = head;
    this.date = date;
    this.isDraining = isDraining;
    this.watched = watched;
    this.cut = cut;
  }

  @Override
  public void send(int status, Headers headers, byte[] body) throws IOException {
    ClassicHttpResponse response = response(status, headers);
    response.addHeader("content-length", Integer.toString(body.length));
    if (!head.getMethod().equals("HEAD")) {
      response.setEntity(new ByteArrayEntity(body, 0, body.length, null));
    }
    transmit(response);
  }

  @Override
  public void stream(int status, Headers headers, Body body) throws IOException {
    ClassicHttpResponse response = response(status, headers);
    if (!head.getMethod().equals("HEAD") && status != NO_CONTENT && status != NOT_MODIFIED) {
      if (isHttp11()) {
        response.addHeader("transfer-encoding", "chunked");
      }
      response.setEntity(new StreamEntity(body, cut));
    }
    transmit(response);
  }

  private ClassicHttpResponse response(int status, Headers headers) {
    if (committed) {
      throw new IllegalStateException("this request was answered before");
    }
    ClassicHttpResponse response = new BasicClassicHttpResponse(status);
    response.addHeader("date", date.now());
    headers.forEach(response::addHeader);
    return response;
  }

  private boolean isHttp11() {
    return head.getVersion() == null || head.getVersion().greaterEquals(HttpVersion.HTTP_1_1);
  }

  private boolean asksToClose() {
    Header connectionField = head.getFirstHeader("connection");
    return connectionField != null
        && connectionField.getValue() != null
        && connectionField.getValue().toLowerCase(Locale.ROOT).contains("close");
  }

  private void transmit(ClassicHttpResponse response) throws IOException {
    committed = true;
    boolean alive = isHttp11() && !isDraining.getAsBoolean() && !asksToClose();
    if (!alive) {
      response.setHeader("connection", "close");
    }
    try {
      connection.sendResponseHeader(response);
      connection.sendResponseEntity(response);
      connection.flush();
    } catch (HttpException e) {
      throw new IOException("the answer cannot be sent: " + e.getMessage(), e);
    }
    keepsAlive = alive;
  }

  /** Whether the connection can carry another request after this answer. */
  boolean keepsAlive() {
    return committed && keepsAlive;
  }

  @Override
  public boolean isCommitted() {
    return committed;
  }

  @Override
  public void onClientGone(Consumer<Departure> action) {
    watched.accept(action);
  }

  /** An entity that is written by a {@link HttpAnswer.Body}. */
  private static final class StreamEntity extends AbstractHttpEntity {
    private final HttpAnswer.Body body;
    private final Runnable cut;

    StreamEntity(HttpAnswer.Body body, Runnable cut) {
      super((ContentType) null, null, true);
      this.body = body;
      this.cut = cut;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      boolean isWhole = false;
      try {
        body.writeTo(out);
        isWhole = true;
      } finally {
        if (!isWhole) {
          cut.run(); // The library would end the answer as if it were whole.
        }
      }
    }

    @Override
    public long getContentLength() {
      return -1;
    }

    @Override
    public InputStream getContent() {
      throw new UnsupportedOperationException("written, never read");
    }

    @Override
    public boolean isStreaming() {
      return true;
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }
}
