package dev.treadle.training.settings;

/** What is learned from the examples. */
public enum Objective {
  /** To answer: only what the assistant says in conversations. */
  CHAT,
  /** To go on: every token of plain text (continued pre-training). */
  TEXT
}
