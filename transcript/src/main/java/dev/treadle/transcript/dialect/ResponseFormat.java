package dev.treadle.transcript.dialect;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The form that the answer is to have. */
public sealed interface ResponseFormat {
  /** Any JSON object. */
  record JsonObject() implements ResponseFormat {}

  /**
   * JSON of a schema.
   *
   * @param name chat's label of the schema
   * @param strict whether the schema is enforced
   */
  record JsonSchema(
      Optional<String> name,
      JsonNode schema,
      Optional<Boolean> strict,
      Optional<String> description)
      implements ResponseFormat {}

  /** A form that Treadle does not name, as it came. */
  record Unknown(JsonNode json) implements ResponseFormat {}
}
