package dev.treadle.gateway.upstream;

import dev.treadle.gateway.http.HeadWriter;
import dev.treadle.gateway.http.JoinedOutput;
import dev.treadle.gateway.http.LineMemory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParserFactory;
import org.jspecify.annotations.Nullable;

/** One connection to an upstream. */
final class Link {
  private static final Http1Config CONFIG =
      Http1Config.custom()
          .setBufferSize(4096) // Three of them a connection; bodies pass by.
          .setMaxLineLength(16_384)
          .setMaxHeaderCount(300)
          .build();

  private static final int END_MILLIS = 20;
  private static final Duration CONNECT = Duration.ofSeconds(5);

  private final Socket raw;
  private final DefaultBHttpClientConnection connection;
  private boolean reused;
  private volatile long idleSince;

  private Link(Socket raw, DefaultBHttpClientConnection connection) {
    this.raw = raw;
    this.connection = connection;
  }

  /** Connects; {@code watch} can end it. */
  static Link open(Address address, Watch watch) throws IOException {
    Socket raw = address.tls() ? new Socket() : new PlainSocket();
    DefaultBHttpClientConnection connection =
        new DefaultBHttpClientConnection(
            CONFIG, null, null, null, null, HeadWriter.REQUESTS, parsers());
    Link link = new Link(raw, connection);
    watch.attach(link);
    try {
      raw.setTcpNoDelay(true);
      long millis = Math.clamp(watch.left().toMillis(), 1, CONNECT.toMillis());
      raw.connect(new InetSocketAddress(address.host(), address.port()), (int) millis);
      if (address.tls()) {
        connection.bind(secured(raw, address), raw);
      } else {
        connection.bind(raw);
      }
      return link;
    } catch (IOException e) {
      link.abort();
      throw e;
    }
  }

  /** Told of the limits, which the library would not ask the connection for. */
  private static DefaultHttpResponseParserFactory parsers() {
    return new DefaultHttpResponseParserFactory(CONFIG, new LineMemory(), null);
  }

  private static SSLSocket secured(Socket raw, Address address) throws IOException {
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    SSLSocket socket = (SSLSocket) factory.createSocket(raw, address.host(), address.port(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    socket.setSSLParameters(parameters);
    raw.setSoTimeout((int) CONNECT.toMillis());
    socket.startHandshake();
    raw.setSoTimeout(0);
    return socket;
  }

  DefaultBHttpClientConnection connection() {
    return connection;
  }

  /** Whether it carried an answer before: then the upstream may have closed it meanwhile. */
  boolean isReused() {
    return reused;
  }

  /** Whether a body ends here; waits for its end no longer than a moment. */
  boolean isAtEnd(InputStream body) throws IOException {
    raw.setSoTimeout(END_MILLIS);
    try {
      return body.read() < 0;
    } finally {
      raw.setSoTimeout(0);
    }
  }

  void rest(long now) {
    reused = true;
    idleSince = now;
  }

  long idleSince() {
    return idleSince;
  }

  /** Closes at once, under whoever reads from it. */
  void abort() {
    try {
      raw.close();
    } catch (IOException e) {
      // It is as good as closed.
    }
  }

  /** One that writes a head together with its body; TLS makes records of its own. */
  private static final class PlainSocket extends Socket {
    private @Nullable OutputStream output;

    @Override
    public synchronized OutputStream getOutputStream() throws IOException {
      if (output == null) {
        output = new JoinedOutput(super.getOutputStream());
      }
      return output;
    }
  }
}
