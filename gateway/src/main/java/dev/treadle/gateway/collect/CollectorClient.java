package dev.treadle.gateway.collect;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** Posts batches to a collector. */
final class CollectorClient implements AutoCloseable {
  /** There was no answer. */
  static final int NOBODY = 0;

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();

  /** The HTTP status, or {@link #NOBODY}. */
  int post(URI endpoint, byte[] body, Optional<String> key) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(endpoint)
            .timeout(TIMEOUT)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    key.ifPresent(it -> request.header("authorization", "Bearer " + it));
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return NOBODY;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return NOBODY;
    }
  }

  /** Ends, and cuts off what is under way. */
  @Override
  public void close() {
    client.shutdownNow();
  }
}
