package dev.treadle.training.serving;

/** What a piece of an answer is. */
public sealed interface AnswerPart {
  /** Text for whoever asked. */
  record Content(String text) implements AnswerPart {}

  /** What the model thought before. */
  record Reasoning(String text) implements AnswerPart {}

  /**
   * A call of a tool, whole.
   *
   * @param arguments a JSON object as text
   */
  record Call(String name, String arguments) implements AnswerPart {}
}
