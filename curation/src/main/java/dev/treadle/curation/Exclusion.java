package dev.treadle.curation;

import java.util.Locale;

/** Why a format leaves an example out; {@code docs/formats.md} explains each code. */
enum Exclusion implements Reading {
  BLOB_MISSING,
  BROKEN_TOOL_ARGUMENTS,
  ENDS_WITH_TOOL_RESULT,
  IMAGE_ONLY_QUESTION,
  LOW_SCORE,
  MARGIN_TOO_SMALL,
  NO_ASSISTANT_ANSWER,
  NO_PAIR,
  NO_QUESTION,
  NOT_A_COMPARISON,
  NOT_SCORED,
  NOT_TRAINABLE,
  NOTHING_TO_TRAIN,
  ONE_MODEL,
  SAME_ANSWER,
  TIE;

  String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  Rendition rendition() {
    return new Rendition.LeftOut(code());
  }
}
