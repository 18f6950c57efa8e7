package dev.treadle.gateway.classify;

import dev.treadle.gateway.upstream.Breaker;
import dev.treadle.routing.TextLabels;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

/**
 * A classifier that is another program. Whoever waits for it waits for a client's sake: so the time
 * is limited, calls at once are, and one that fails again and again is left alone for a while.
 */
public final class RemoteLabels implements TextLabels, AutoCloseable {
  /** How long a classifier may take where nothing else is said. */
  public static final Duration LIMIT = Duration.ofMillis(200);

  private static final int MOST_CALLS = 64;
  private static final int MOST_CHARACTERS = 20_000;

  private final Remote remote;
  private final String version;
  private final Duration limit;
  private final LongSupplier nanos;
  private final Breaker breaker = new Breaker();
  private final Semaphore permits = new Semaphore(MOST_CALLS);

  private RemoteLabels(Remote remote, String version, Duration limit, LongSupplier nanos) {
    this.remote = remote;
    this.version = version;
    this.limit = limit;
    this.nanos = nanos;
  }

  /**
   * By its address: {@code http} and {@code https} take {@code POST {text}} and answer {@code
   * {category, confidence}} ({@code label} will do); {@code grpc://host:port} speaks {@code
   * semantic_router.Classifier/Classify}, without TLS.
   *
   * @param nanos a clock that never goes back
   * @throws IllegalArgumentException for any other address
   */
  public static RemoteLabels at(URI address, Duration limit, LongSupplier nanos) {
    String scheme = address.getScheme() == null ? "" : address.getScheme();
    if (address.getHost() == null) {
      throw new IllegalArgumentException("no address of a classifier: " + address);
    }
    Remote remote =
        switch (scheme) {
          case "http", "https" -> new HttpClassifier(address);
          case "grpc" -> new GrpcClassifier(address);
          default ->
              throw new IllegalArgumentException(
                  "a classifier is asked by http, https or grpc, not by '" + scheme + "'");
        };
    return new RemoteLabels(remote, address.toString(), limit, nanos);
  }

  @Override
  public Optional<Label> classify(String text) {
    if (!breaker.passes(nanos.getAsLong())) {
      return Optional.empty();
    }
    if (!permits.tryAcquire()) {
      breaker.undecided(nanos.getAsLong());
      return Optional.empty();
    }
    try {
      Label label = remote.ask(text.substring(0, Math.min(text.length(), MOST_CHARACTERS)), limit);
      breaker.succeeded();
      return Optional.of(label);
    } catch (IOException e) {
      breaker.failed(nanos.getAsLong());
      return Optional.empty(); // The policy says so in its reason.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      breaker.undecided(nanos.getAsLong());
      return Optional.empty();
    } finally {
      permits.release();
    }
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public void close() {
    remote.close();
  }
}
