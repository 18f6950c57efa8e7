package dev.treadle.routing;

import java.util.List;
import java.util.Optional;

/**
 * What a policy is told of a request.
 *
 * @param text of the last message that a person wrote
 * @param system the system prompt
 * @param tools the names of the tools that the model may call
 * @param conversation a name for it, the same in every turn
 * @param isInToolLoop whether the last message is a tool's result: the model is in the midst of
 *     something
 * @param promptCharacters of all messages
 */
public record RoutingRequest(
    String text,
    Optional<String> system,
    List<String> tools,
    Optional<String> conversation,
    boolean isInToolLoop,
    int promptCharacters) {
  public RoutingRequest {
    tools = List.copyOf(tools);
    if (promptCharacters < 0) {
      throw new IllegalArgumentException("a prompt has no fewer than 0 characters");
    }
  }

  /** A question, and nothing else. */
  public static RoutingRequest of(String text) {
    return new RoutingRequest(
        text, Optional.empty(), List.of(), Optional.empty(), false, text.length());
  }
}
