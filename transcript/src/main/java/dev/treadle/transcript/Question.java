package dev.treadle.transcript;

import java.util.List;
import java.util.Optional;

/** A question whose answer can be checked against places in a repository. */
public record Question(
    Header header, List<Message> messages, List<Tool> tools, List<Evidence> evidence)
    implements Example {
  public Question {
    messages = List.copyOf(messages);
    tools = List.copyOf(tools);
    evidence = List.copyOf(evidence);
  }

  /**
   * A place in a repository that an answer rests on.
   *
   * @param path relative to the repository's root
   * @param start first line, from 1
   * @param end last line, inclusive
   * @param sha256 of those lines
   */
  public record Evidence(String path, int start, int end, String sha256, Optional<String> commit) {
    public Evidence {
      if (start < 1 || end < start) {
        throw new IllegalArgumentException(
            "not a range of lines: " + path + " " + start + " to " + end);
      }
    }
  }
}
