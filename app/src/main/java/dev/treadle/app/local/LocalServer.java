package dev.treadle.app.local;

import dev.treadle.app.workspace.AppError;
import dev.treadle.gateway.http.HttpServer;
import dev.treadle.gateway.http.HttpSettings;
import dev.treadle.training.serving.LocalModel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * A local model behind OpenAI's API: chats, texts, the list of its one model. It answers one
 * request at a time, and lets a few wait.
 */
public final class LocalServer implements AutoCloseable {
  private static final int MAX_REQUEST_BYTES = 8 << 20;
  private static final Duration DRAIN = Duration.ofSeconds(2);

  private final LocalDesk desk;
  private final HttpServer server;
  private final String host;

  /**
   * Where and how it serves.
   *
   * @param port 0: any that is free
   * @param name what requests call the model
   * @param started told as the model's age
   * @param random where seeds and ids come from
   * @param log takes a line where something failed
   */
  public record Settings(
      String host,
      int port,
      String name,
      Instant started,
      InstantSource clock,
      LongSupplier nanos,
      RandomGenerator random,
      Consumer<String> log) {}

  private LocalServer(LocalDesk desk, HttpServer server, String host) {
    this.desk = desk;
    this.server = server;
    this.host = host;
  }

  /**
   * Starts to serve.
   *
   * @param model stays the caller's, who closes it after this
   * @throws dev.treadle.transcript.TreadleException if the address cannot be listened at
   */
  public static LocalServer start(LocalModel model, Settings settings) {
    InetSocketAddress address = new InetSocketAddress(settings.host(), settings.port());
    LocalDesk desk = new LocalDesk(model, settings);
    try {
      if (address.isUnresolved()) {
        throw new IOException("no such name");
      }
      HttpServer server =
          HttpServer.start(
              HttpSettings.at(address, MAX_REQUEST_BYTES),
              desk,
              settings.clock(),
              settings.nanos());
      return new LocalServer(desk, server, settings.host());
    } catch (IOException e) {
      throw AppError.BUSY.because(
          "cannot listen at "
              + settings.host()
              + ":"
              + settings.port()
              + " ("
              + e.getMessage()
              + "): take another --port or --host",
          e);
    }
  }

  /** Where clients reach it. */
  public URI url() {
    String name = host.contains(":") ? "[" + host + "]" : host;
    return URI.create("http://" + name + ":" + server.address().getPort());
  }

  /** Whether only this machine reaches it. */
  public boolean isLocalOnly() {
    return Visitor.isLoopback(host);
  }

  /** Ends what is under way, and serves no more. */
  @Override
  public void close() {
    desk.end();
    boolean _ = server.drain(DRAIN);
    server.close();
  }
}
