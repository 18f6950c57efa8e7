package dev.treadle.transcript;

import java.util.List;

/** An agent's run over a task, with what came of it. */
public record Trajectory(Header header, List<Message> messages, List<Tool> tools, Outcome outcome)
    implements Example {
  public Trajectory {
    messages = List.copyOf(messages);
    tools = List.copyOf(tools);
  }
}
