package dev.treadle.gateway.collect;

import dev.treadle.measure.score.Judgement;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/**
 * An evaluator behind an address: {@code POST {question, answer}}, answered by {@code {score}} from
 * 0 to 1 or -1. Whatever else comes is no score.
 */
public final class HttpScorer implements Scorer {
  private static final String METHOD = "external";
  private static final int OK = 200;
  private static final int MOST_BYTES = 1 << 20;
  private static final int MOST_SAID = 200;
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  private final URI endpoint;
  private final Duration timeout;

  public HttpScorer(URI endpoint, Duration timeout) {
    this.endpoint = endpoint;
    this.timeout = timeout;
  }

  @Override
  public Judgement judge(String question, String answer) {
    byte[] body = Json.write(Json.object().put("question", question).put("answer", answer));
    HttpRequest request =
        HttpRequest.newBuilder(endpoint)
            .timeout(timeout)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    try {
      HttpResponse<byte[]> response =
          CLIENT.send(
              request,
              HttpResponse.BodyHandlers.limiting(
                  HttpResponse.BodyHandlers.ofByteArray(), MOST_BYTES));
      return response.statusCode() == OK
          ? read(response.body())
          : none("the evaluator answered " + response.statusCode());
    } catch (IOException e) {
      return none("the evaluator cannot be asked: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return none("the evaluator was not waited for");
    }
  }

  private static Judgement read(byte[] body) {
    JsonNode json;
    try {
      json = Json.read(body);
    } catch (TreadleException e) {
      return none("the evaluator answered no JSON");
    }
    JsonNode score = json.path("score");
    if (!score.isNumber()) {
      return none("the evaluator answered no score");
    }
    double value = score.asDouble(Double.NaN); // It may be larger than any double.
    if (value == -1) {
      String why = json.path("explanation").asString("");
      return none(
          "the evaluator gave no score"
              + (why.isEmpty() ? "" : ": " + why.substring(0, Math.min(MOST_SAID, why.length()))));
    }
    return value >= 0 && value <= 1
        ? new Judgement(
            value, json.path("method").asString(METHOD), json.path("explanation").asString(""))
        : none("the evaluator's score is not from 0 to 1: " + value);
  }

  private static Judgement none(String why) {
    return Judgement.none(METHOD, why);
  }
}
