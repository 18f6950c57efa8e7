package dev.treadle.transcript;

import java.util.List;

/** One prompt answered by several models, or several times by one. */
public record Comparison(
    Header header, List<Message> messages, List<Tool> tools, List<Candidate> candidates)
    implements Example {
  public Comparison {
    messages = List.copyOf(messages);
    tools = List.copyOf(tools);
    candidates = List.copyOf(candidates);
  }
}
