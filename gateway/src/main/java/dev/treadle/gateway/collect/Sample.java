package dev.treadle.gateway.collect;

import dev.treadle.gateway.http.Headers;
import dev.treadle.transcript.Usd;
import dev.treadle.transcript.dialect.Protocol;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A user's question that was answered, as it is handed over to be compared: cheap to make, as
 * nothing of it is read yet.
 *
 * @param exchange the id of the exchange that it came with
 * @param conversation what must not be split
 * @param protocol of the request and of the answer
 * @param own what the client was answered, where a candidate said it
 * @param labels what the routing made of it
 * @param credentials header fields with the client's own credentials, for upstreams that are called
 *     with those: kept in memory only
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
public record Sample(
    String exchange,
    Instant time,
    String conversation,
    Optional<String> subject,
    Protocol protocol,
    byte[] request,
    Optional<Own> own,
    Map<String, JsonNode> labels,
    Headers credentials) {

  /**
   * The client's own answer, which is one of the answers to compare.
   *
   * @param candidate whose answer it is, as the settings name it
   */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  public record Own(String candidate, byte[] answer, Duration latency, Optional<Usd> cost) {}

  long bytes() {
    return 1024L + request.length + own.map(it -> it.answer().length).orElse(0);
  }
}
