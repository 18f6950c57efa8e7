package dev.treadle.transcript.dialect;

import java.util.Set;

/**
 * The keys of a message's {@code extra} under which the vocabulary keeps what has no place in it.
 */
final class Keys {
  /** A role that the vocabulary reads as another one: {@code developer}, for one. */
  static final String ORIGINAL_ROLE = "original_role";

  /** What text and media parts carry besides: an object from the part's index to its fields. */
  static final String PART_FIELDS = "part_fields";

  /** Anthropic's signed and redacted thinking blocks, verbatim, for replay. */
  static final String THINKING_BLOCKS = "thinking_blocks";

  /** The kinds of an assistant's blocks, where they are not thinking, content, calls. */
  static final String BLOCK_ORDER = "block_order";

  /** OpenAI's reasoning items of the Responses API, verbatim, for replay. */
  static final String REASONING_ITEMS = "reasoning_items";

  /** Why the model would not answer, in chat. */
  static final String REFUSAL = "refusal";

  /** Anthropic's stop reason, where chat's word does not tell it. */
  static final String STOP_REASON = "stop_reason";

  /** On a call: a custom tool's, whose arguments are any text. */
  static final String CUSTOM = "custom";

  /** What an encoder takes care of by itself. */
  static final Set<String> HANDLED =
      Set.of(ORIGINAL_ROLE, PART_FIELDS, THINKING_BLOCKS, BLOCK_ORDER, REFUSAL);

  private Keys() {}
}
