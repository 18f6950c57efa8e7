package dev.treadle.gateway.scripted;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * A model API that does what its script says, on a loopback port: chat completions, messages with
 * count_tokens, responses, embeddings and models, streamed and not, in the vendors' own shapes.
 *
 * <p>The same requests in the same order get the same bytes. HTTP is spoken by hand, because faults
 * have to be exact: a reset, half a chunk, half a character. Each connection is a virtual thread
 * that blocks.
 */
public final class ScriptedUpstream implements AutoCloseable {
  private static final int BACKLOG = 1024;
  private static final InstantSource FIXED =
      InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));

  private final ServerSocket server;
  private final Traffic traffic = new Traffic();
  private final Endpoints endpoints;

  private ScriptedUpstream(ServerSocket server, Endpoints endpoints) {
    this.server = server;
    this.endpoints = endpoints;
  }

  /** Starts one whose answers all say that they were made at the same moment. */
  public static ScriptedUpstream start(Script script) {
    return start(script, FIXED);
  }

  /**
   * Starts one.
   *
   * @param clock tells when answers say that they were made; nothing else depends on it
   * @throws dev.treadle.transcript.TreadleException {@link ScriptError#NO_PORT}
   */
  public static ScriptedUpstream start(Script script, InstantSource clock) {
    ServerSocket server;
    try {
      server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw ScriptError.NO_PORT.because("no loopback port for a scripted upstream: " + e, e);
    }
    ScriptedUpstream upstream = new ScriptedUpstream(server, new Endpoints(script, clock));
    Thread.ofVirtual().name("scripted-upstream").start(upstream::accept);
    return upstream;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        if (traffic.opened(socket)) {
          Thread.ofVirtual().start(new Connection(socket, traffic, endpoints));
        } else {
          socket.close();
        }
      } catch (IOException e) {
        // Closed, which ends the loop; or one client that went away before it was let in.
      }
    }
  }

  /** Where it is: scheme, host and port, without {@code /v1}. */
  public URI baseUrl() {
    return URI.create(
        "http://" + server.getInetAddress().getHostAddress() + ":" + server.getLocalPort());
  }

  /** The last requests, oldest first: at most a thousand, or 32 MiB of bodies. */
  public List<Received> received() {
    return traffic.kept();
  }

  /** How many requests have come, all of them. */
  public long receivedCount() {
    return traffic.receivedCount();
  }

  public int openConnections() {
    return traffic.openCount();
  }

  /** Waits until so many requests have come; false if they have not by then. */
  public boolean awaitReceived(long count, Duration atMost) {
    return traffic.awaitReceived(count, atMost);
  }

  /** Waits until exactly so many connections are open; false if they are not by then. */
  public boolean awaitOpenConnections(int count, Duration atMost) {
    return traffic.awaitOpen(count, atMost);
  }

  /**
   * Waits until clients have closed so many connections before their answer's end; false if they
   * have not by then. It is seen while an answer pauses or stalls, or when its bytes have no taker.
   */
  public boolean awaitClientsGone(long count, Duration atMost) {
    return traffic.awaitGone(count, atMost);
  }

  /** Closes the port and every connection, in the middle of whatever is said. */
  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : traffic.close()) {
        socket.close();
      }
    } catch (IOException e) {
      throw ScriptError.NO_PORT.because("cannot close a scripted upstream: " + e, e);
    }
  }
}
