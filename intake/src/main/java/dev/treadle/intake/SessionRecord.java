package dev.treadle.intake;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of a session file without its texts: what the tree is made from. The texts are read
 * again, from {@code offset}, when a conversation is put together, so that a session need not fit
 * in memory.
 *
 * @param index its position among the file's records
 * @param line the number of its line in the file, from 1
 * @param type the line's type as it is counted, such as {@code user:tool_result} or {@code
 *     progress}
 * @param toolIds of an assistant the calls in it, of a tool result the calls that it answers
 * @param prompts of an assistant the hashes of the prompts that its calls give to other agents, by
 *     position in toolIds; of a user text its own hash
 * @param hasText whether a tool result carries a text of the person too
 */
record SessionRecord(
    int index,
    int line,
    long offset,
    int length,
    RecordKind kind,
    String type,
    @Nullable String uuid,
    @Nullable String parentUuid,
    @Nullable String sessionId,
    @Nullable String timestamp,
    boolean sidechain,
    @Nullable String agentId,
    @Nullable String messageId,
    List<String> toolIds,
    List<Long> prompts,
    boolean hasText) {

  /** Whether it is, or belongs to, a message of a conversation. */
  boolean isMessage() {
    return switch (kind) {
      case ASSISTANT, USER_TEXT, TOOL_RESULT -> true;
      case COMMAND, COMMAND_OUTPUT, META, INTERRUPTION, COMPACTION, API_ERROR, OTHER -> false;
    };
  }

  /** The same at another position among the file's records. */
  SessionRecord at(int position) {
    return new SessionRecord(
        position,
        line,
        offset,
        length,
        kind,
        type,
        uuid,
        parentUuid,
        sessionId,
        timestamp,
        sidechain,
        agentId,
        messageId,
        toolIds,
        prompts,
        hasText);
  }
}
