package dev.treadle.transcript;

import java.util.List;

/** A chat or an agent session as it was recorded. */
public record Conversation(Header header, List<Message> messages, List<Tool> tools)
    implements Example {
  public Conversation {
    messages = List.copyOf(messages);
    tools = List.copyOf(tools);
  }
}
