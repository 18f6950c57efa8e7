package dev.treadle.curation.llamafactory;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Keys of messages that other tools write, that mean something, and that this trainer never reads.
 */
final class LostFields {
  private static final Map<String, Reason> KEYS =
      Map.of(
          "reasoning_content", Reason.REASONING_IGNORED,
          "reasoning", Reason.REASONING_IGNORED,
          "thinking", Reason.REASONING_IGNORED,
          "tool_calls", Reason.TOOL_CALLS_IGNORED,
          "weight", Reason.LOSS_WEIGHT_IGNORED,
          "loss", Reason.LOSS_WEIGHT_IGNORED,
          "train", Reason.LOSS_WEIGHT_IGNORED);

  private LostFields() {}

  /** Notes each kind of loss once, at the first message that has it. */
  static void note(
      List<Messages.Message> messages, boolean toolCallsLost, List<Alteration> alterations) {
    Set<Reason> seen = EnumSet.noneOf(Reason.class);
    for (Messages.Message message : messages) {
      for (var field : message.node().properties()) {
        Reason reason = KEYS.get(field.getKey());
        if (reason == null || (reason == Reason.TOOL_CALLS_IGNORED && !toolCallsLost)) {
          continue;
        }
        if (isSaying(reason, field.getValue()) && seen.add(reason)) {
          alterations.add(new Alteration(reason, explanation(reason, message, field.getKey())));
        }
      }
    }
  }

  private static boolean isSaying(Reason reason, JsonNode value) {
    if (reason == Reason.LOSS_WEIGHT_IGNORED) {
      // Weight 0 and train: false are the ones that change what is learnt.
      return !value.isNull() && !PythonJson.isTrue(value);
    }
    return PythonJson.isTrue(value);
  }

  private static String explanation(Reason reason, Messages.Message message, String key) {
    String place = "`%s.%s`".formatted(message.where(), key);
    if (reason == Reason.REASONING_IGNORED) {
      return place + " is never read; write it as <think>…</think> before the content";
    }
    if (reason == Reason.TOOL_CALLS_IGNORED) {
      return place + " is read with formatting openai only; write a function_call turn instead";
    }
    return place + " is never read and the turn is trained on; drop the turn or mask the history";
  }
}
