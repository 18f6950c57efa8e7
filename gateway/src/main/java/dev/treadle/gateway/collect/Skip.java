package dev.treadle.gateway.collect;

import java.util.Locale;

/** Why a question that was drawn is not compared. */
public enum Skip {
  /** Too many wait already. */
  QUEUE_FULL,
  /** The day's money is spent. */
  COST,
  /** The day's questions are taken. */
  QUESTIONS,
  /** Its request is none that can be put to another model. */
  UNREADABLE,
  /** The last word is not the user's, or it is no text. */
  NO_QUESTION,
  /** The lake did not take it. */
  NOT_KEPT,
  /** A copy of it was accepted before. */
  KNOWN;

  /** The name in metrics. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
