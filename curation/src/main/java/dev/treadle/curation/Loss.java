package dev.treadle.curation;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** What a format could not hold; {@code docs/formats.md} explains each code. */
enum Loss {
  ANSWERS_JOINED,
  CONTEXT_TURNS_TRAINED,
  CORRECTION_TURNS_CUT,
  EMPTY_ANSWER_DROPPED,
  IMAGE_DROPPED,
  LEADING_ANSWER_DROPPED,
  OTHER_ANSWERS_DROPPED,
  PART_DROPPED,
  REASONING_DROPPED,
  SYSTEM_PROMPTS_JOINED,
  TEXT_BEFORE_CALL_AS_THINKING,
  TEXT_BEFORE_CALL_DROPPED,
  TOOL_ERROR_FLAG_DROPPED,
  TOOLS_DERIVED,
  TRAILING_TURNS_CUT,
  UNANSWERED_CALL_DROPPED,
  UNPAIRED_RESULT_DROPPED,
  USER_TURN_IN_RESULT,
  USER_TURNS_JOINED;

  String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  static List<String> codes(Collection<Loss> losses) {
    return losses.stream().map(Loss::code).distinct().sorted().toList();
  }
}
