package dev.treadle.routing;

import dev.treadle.transcript.Message;
import dev.treadle.transcript.Tool;
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

  /**
   * What a conversation so far asks.
   *
   * @param conversation a name for it
   */
  public static RoutingRequest of(
      List<Message> messages, List<Tool> tools, Optional<String> conversation) {
    String text = "";
    StringBuilder system = new StringBuilder();
    int characters = 0;
    for (Message message : messages) {
      String said = message.content().plainText();
      characters += said.length();
      switch (message) {
        case Message.User _ -> text = said;
        case Message.SystemPrompt _ -> system.append(system.isEmpty() ? "" : "\n").append(said);
        case Message.Assistant _, Message.ToolResult _ -> {}
      }
    }
    return new RoutingRequest(
        text,
        system.isEmpty() ? Optional.empty() : Optional.of(system.toString()),
        tools.stream().map(Tool::name).filter(it -> !it.isEmpty()).toList(),
        conversation,
        !messages.isEmpty() && messages.getLast() instanceof Message.ToolResult,
        characters);
  }
}
