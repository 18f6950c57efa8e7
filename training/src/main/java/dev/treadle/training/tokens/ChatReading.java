package dev.treadle.training.tokens;

/** What reading a line of a dataset gives: a chat, or why not. */
public sealed interface ChatReading permits Chat, Skipped {}
