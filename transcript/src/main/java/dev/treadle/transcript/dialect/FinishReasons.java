package dev.treadle.transcript.dialect;

/** Why an answer ended, in both vendors' words. */
final class FinishReasons {
  private FinishReasons() {}

  /** Anthropic's reason in chat's words; one that is not known counts as a stop. */
  static String toChat(String stopReason) {
    return switch (stopReason) {
      case "max_tokens", "model_context_window_exceeded" -> "length";
      case "tool_use" -> "tool_calls";
      case "refusal" -> "content_filter";
      default -> "stop";
    };
  }

  /** Chat's reason in Anthropic's words; one that is not known counts as the turn's end. */
  static String toMessages(String finishReason) {
    return switch (finishReason) {
      case "length" -> "max_tokens";
      case "tool_calls", "function_call" -> "tool_use";
      case "content_filter" -> "refusal";
      default -> "end_turn";
    };
  }

  /**
   * The same, told by what was said too: clients run tools only when they are told to, and some
   * servers say stop all the same.
   */
  static String toMessages(String finishReason, boolean hasCalls, boolean isRefused) {
    if (isRefused) {
      return "refusal";
    }
    return finishReason.equals("stop") && hasCalls ? "tool_use" : toMessages(finishReason);
  }

  /** Whether chat's word for Anthropic's reason leads back to it. */
  static boolean isTold(String stopReason) {
    return toMessages(toChat(stopReason)).equals(stopReason);
  }
}
