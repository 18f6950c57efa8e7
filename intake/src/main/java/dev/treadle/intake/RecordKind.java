package dev.treadle.intake;

/** What a line of a session file is to the importer. */
enum RecordKind {
  /** A piece of an assistant message; the pieces of one message share its id. */
  ASSISTANT,
  /** What the person wrote. */
  USER_TEXT,
  /** What a tool returned, with or without a text of the person behind it. */
  TOOL_RESULT,
  /** A slash command as it was typed. */
  COMMAND,
  /** Text that Claude Code put in the person's place: a command's prompt, a reminder. */
  META,
  /** What a command of Claude Code itself, or of the shell, printed. */
  COMMAND_OUTPUT,
  /** The person pressed escape. */
  INTERRUPTION,
  /** The summary that replaced an earlier part of the conversation. */
  COMPACTION,
  /** An error of the API, shown as if it were an answer. */
  API_ERROR,
  /** What is no message: progress, snapshots, titles … */
  OTHER
}
