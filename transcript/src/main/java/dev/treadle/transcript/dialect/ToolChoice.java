package dev.treadle.transcript.dialect;

import tools.jackson.databind.JsonNode;

/** Whether and which tool the model is to call. */
public sealed interface ToolChoice {
  /** Whether a call is asked for; both wire APIs refuse any choice where there are no tools. */
  default boolean isCall() {
    return !(this instanceof Auto || this instanceof None);
  }

  /** As the model likes. */
  record Auto() implements ToolChoice {}

  /** None. */
  record None() implements ToolChoice {}

  /** At least one: {@code required} in chat, {@code any} in Messages. */
  record Required() implements ToolChoice {}

  /** The one of this name. */
  record Named(String name) implements ToolChoice {}

  /** A choice that Treadle does not name, as it came. */
  record Unknown(JsonNode json) implements ToolChoice {}
}
