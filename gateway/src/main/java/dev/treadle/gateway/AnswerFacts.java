package dev.treadle.gateway;

import dev.treadle.transcript.Json;
import dev.treadle.transcript.JsonCursor;
import dev.treadle.transcript.TreadleException;
import dev.treadle.transcript.dialect.Protocol;
import dev.treadle.transcript.dialect.Usage;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What the gateway needs to know of a whole answer, found in one pass that also proves it to be
 * JSON.
 *
 * @param usage the token counts
 * @param error what stands under {@code error}, which some servers answer with status 200
 */
record AnswerFacts(Optional<Usage> usage, Optional<JsonNode> error) {

  /** Reads a body; empty where it is not one JSON object. */
  static Optional<AnswerFacts> of(Protocol protocol, byte[] body) {
    JsonCursor json = JsonCursor.of(body);
    if (json.kind() != '{') {
      return Optional.empty();
    }
    Optional<Usage> usage = Optional.empty();
    Optional<JsonNode> error = Optional.empty();
    try {
      json.enter();
      while (json.nextName()) {
        boolean isObject = json.kind() == '{';
        if (isObject && json.isNamed("usage")) {
          usage = Optional.of(Usage.read(protocol, json));
        } else if (isObject && json.isNamed("error")) {
          error = Optional.of(Json.read(json.bytes()));
        } else {
          json.skip();
        }
      }
      json.end();
    } catch (TreadleException e) {
      return Optional.empty();
    }
    return Optional.of(new AnswerFacts(usage, error));
  }
}
