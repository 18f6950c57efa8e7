package dev.treadle.gateway;

import dev.treadle.transcript.Json;
import dev.treadle.transcript.dialect.Protocol;
import dev.treadle.transcript.dialect.Usage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

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
    try (JsonParser json = Json.factory().createParser(ObjectReadContext.empty(), body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      AnswerFacts facts = read(protocol, json);
      return json.nextToken() == null ? Optional.of(facts) : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  private static AnswerFacts read(Protocol protocol, JsonParser json) {
    @Nullable JsonNode usage = null;
    @Nullable JsonNode error = null;
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (value == JsonToken.START_OBJECT && name.equals("usage")) {
        usage = Json.subtree(json);
      } else if (value == JsonToken.START_OBJECT && name.equals("error")) {
        error = Json.subtree(json);
      } else {
        json.skipChildren();
      }
    }
    ObjectNode holder = Json.object();
    if (usage != null) {
      holder.set("usage", usage);
    }
    return new AnswerFacts(Usage.of(protocol, holder), Optional.ofNullable(error));
  }
}
