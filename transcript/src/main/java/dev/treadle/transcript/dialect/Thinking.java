package dev.treadle.transcript.dialect;

import tools.jackson.databind.JsonNode;

/** Whether the model is to think before it answers, as Messages says it. */
public sealed interface Thinking {
  /** Not at all: chat's effort {@code none}. */
  record Disabled() implements Thinking {}

  /** As much as the model likes. */
  record Adaptive() implements Thinking {}

  /** At most so many tokens. */
  record Budget(long tokens) implements Thinking {}

  /** A setting that Treadle does not name, as it came. */
  record Unknown(JsonNode json) implements Thinking {}
}
