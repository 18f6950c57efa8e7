package dev.treadle.gateway.classify;

import dev.treadle.routing.TextLabels;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.JsonNode;

/** A classifier over HTTP: {@code POST {text}}, answered by {@code {category, confidence}}. */
final class HttpClassifier implements Remote {
  private static final int OK = 200;
  private static final int MOST_BYTES = 64 << 10;

  private final URI address;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  HttpClassifier(URI address) {
    this.address = address;
  }

  @Override
  public TextLabels.Label ask(String text, Duration limit)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .header("content-type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofByteArray(Json.write(Json.object().put("text", text))))
            .build();
    CompletableFuture<HttpResponse<byte[]>> coming =
        client.sendAsync(
            request,
            HttpResponse.BodyHandlers.limiting(
                HttpResponse.BodyHandlers.ofByteArray(), MOST_BYTES));
    try {
      HttpResponse<byte[]> response = coming.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      if (response.statusCode() != OK) {
        throw new IOException("the classifier answered " + response.statusCode());
      }
      return label(response.body());
    } catch (TimeoutException e) {
      throw new IOException("the classifier did not answer within " + limit, e);
    } catch (ExecutionException e) {
      throw new IOException("the classifier cannot be asked", e);
    } finally {
      boolean _ = coming.cancel(true); // Else a late answer would be read by nobody.
    }
  }

  private static TextLabels.Label label(byte[] body) throws IOException {
    JsonNode json;
    try {
      json = Json.read(body);
    } catch (TreadleException e) {
      throw new IOException("the classifier answered no JSON", e);
    }
    String category = json.path("category").asString(json.path("label").asString(""));
    JsonNode confidence = json.path("confidence");
    return Labels.of(
        category, confidence.isNumber() ? confidence.asDouble(Double.NaN) : Double.NaN);
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
