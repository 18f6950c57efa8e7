package dev.treadle.gateway.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * An HTTP/1.1 server: a virtual thread a connection, blocking reads and writes, so that a slow
 * client stops exactly what is sent to it.
 *
 * <p>Time limits are held by one thread that looks at every connection several times a second. A
 * limit on each read would cost each read a timer.
 */
public final class HttpServer implements AutoCloseable {
  private static final int BACKLOG = 1024;
  private static final Duration CHECK = Duration.ofMillis(100);
  private static final Duration DRAIN_CHECK = Duration.ofMillis(5);

  private final HttpSettings settings;
  private final HttpHandler handler;
  private final LongSupplier nanos;
  private final HttpDate date;
  private final BodyShares bodies;
  private final ServerSocket listener;
  private final Set<ClientConnection> connections = ConcurrentHashMap.newKeySet();
  private final ClientConnection.Closing closing =
      new ClientConnection.Closing() {
        @Override
        public boolean isDraining() {
          return draining;
        }

        @Override
        public void ended(ClientConnection connection) {
          connections.remove(connection);
        }
      };
  private volatile boolean draining;
  private volatile boolean closed;

  private HttpServer(
      HttpSettings settings,
      HttpHandler handler,
      InstantSource clock,
      LongSupplier nanos,
      ServerSocket listener) {
    this.settings = settings;
    this.handler = handler;
    this.nanos = nanos;
    this.date = new HttpDate(clock);
    this.bodies = new BodyShares(settings.heapBytes());
    this.listener = listener;
  }

  /**
   * Listens and answers.
   *
   * @param nanos a clock that never goes back
   * @throws IOException when the address is taken
   */
  public static HttpServer start(
      HttpSettings settings, HttpHandler handler, InstantSource clock, LongSupplier nanos)
      throws IOException {
    ServerSocket listener = new Listener(nanos);
    try {
      listener.setReuseAddress(true);
      listener.bind(settings.listen(), BACKLOG);
    } catch (IOException e) {
      listener.close();
      throw e;
    }
    HttpServer server = new HttpServer(settings, handler, clock, nanos, listener);
    Thread.ofPlatform().name("gateway-accept").daemon().start(server::accept);
    Thread.ofPlatform().name("gateway-clock").daemon().start(server::watch);
    return server;
  }

  /** Where it listens; with the port that it was given if it asked for any. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  /** How many connections there are. */
  public int connections() {
    return connections.size();
  }

  private void accept() {
    while (!draining && !closed) {
      try {
        ClientSocket socket = (ClientSocket) listener.accept();
        socket.setTcpNoDelay(true);
        if (connections.size() >= settings.maxConnections()) {
          socket.close();
          continue;
        }
        ClientConnection connection =
            new ClientConnection(socket, settings, handler, closing, nanos, date, bodies);
        connections.add(connection);
        Thread.ofVirtual().name("client").start(connection);
      } catch (IOException e) {
        if (!draining && !closed) {
          handler.failed("accepting a connection", e);
          // Out of file descriptors, most likely: trying again at once would only burn a core.
          LockSupport.parkNanos(CHECK.toNanos());
        }
      }
    }
  }

  private void watch() {
    while (!closed) {
      LockSupport.parkNanos(CHECK.toNanos());
      connections.forEach(ClientConnection::check);
    }
  }

  /**
   * Accepts nothing more, and waits until what is under way has come to its end.
   *
   * @param limit how long
   * @return whether nothing is under way any more
   */
  public boolean drain(Duration limit) {
    draining = true;
    closeListener();
    long end = nanos.getAsLong() + limit.toNanos();
    while (!connections.isEmpty() && nanos.getAsLong() - end < 0) {
      connections.forEach(ClientConnection::closeIfIdle);
      LockSupport.parkNanos(DRAIN_CHECK.toNanos());
    }
    return connections.isEmpty();
  }

  private void closeListener() {
    try {
      listener.close();
    } catch (IOException e) {
      handler.failed("closing the listener", e);
    }
  }

  /** Closes at once. */
  @Override
  public void close() {
    closed = true;
    closeListener();
    connections.forEach(ClientConnection::close);
  }

  /** Accepts into our own kind of socket. */
  private static final class Listener extends ServerSocket {
    private final LongSupplier nanos;

    Listener(LongSupplier nanos) throws IOException {
      this.nanos = nanos;
    }

    @Override
    public Socket accept() throws IOException {
      ClientSocket socket = new ClientSocket(nanos);
      implAccept(socket);
      return socket;
    }
  }
}
