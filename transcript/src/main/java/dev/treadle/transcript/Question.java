package dev.treadle.transcript;

import java.util.List;

/** A question whose answer can be checked against places in a repository. */
public record Question(
    Header header, List<Message> messages, List<Tool> tools, List<Evidence> evidence)
    implements Example {
  public Question {
    messages = List.copyOf(messages);
    tools = List.copyOf(tools);
    evidence = List.copyOf(evidence);
  }
}
