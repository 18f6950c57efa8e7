package dev.treadle.curation.llamafactory;

/** Role of a turn after conversion, whatever the file called it. */
public enum Role {
  USER,
  ASSISTANT,
  SYSTEM,
  FUNCTION,
  OBSERVATION;

  /** Whether this role may stand at an even position (0, 2, …) of a conversation. */
  boolean asks() {
    return this == USER || this == OBSERVATION;
  }

  /** Whether this role may stand at an odd position: what the model is trained to write. */
  boolean answers() {
    return this == ASSISTANT || this == FUNCTION;
  }
}
