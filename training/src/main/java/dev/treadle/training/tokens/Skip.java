package dev.treadle.training.tokens;

import java.util.Locale;

/** Why an example is not trained on. */
public enum Skip {
  /** The line is no JSON object. */
  NOT_JSON,
  /** The object has neither messages nor any other form that is known. */
  NOT_A_CHAT,
  /** It is a comparison of answers, which says which is better, not what to say. */
  COMPARISON,
  /** The outcome of the trajectory says that it must not be trained on. */
  NOT_TRAINABLE,
  /** A message has a part that is no text. */
  NOT_TEXT,
  /** A long text is no longer in the lake. */
  BLOB_MISSING,
  /** The arguments of a call are no JSON object. */
  BROKEN_TOOL_ARGUMENTS,
  /** No answer in it is to be learned. */
  NOTHING_TO_TRAIN,
  /** The chat template refuses the conversation. */
  TEMPLATE_REFUSED,
  /** The chat template writes an answer otherwise than it asks for one. */
  TEMPLATE_REWRITES,
  /** The chat template writes nothing after an answer that would end it. */
  NO_END_OF_TURN,
  /** A token reaches from the prompt into the answer, and the tokenizer cannot be asked twice. */
  ANSWER_NOT_PARTED,
  /** It has more tokens than fit. */
  TOO_LONG;

  /** As it stands in logs and reports. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
