package dev.treadle.transcript;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** One message, as in the OpenAI chat format and a little more. */
public sealed interface Message {
  /** The role on disk. */
  default String role() {
    return switch (this) {
      case SystemPrompt _ -> "system";
      case User _ -> "user";
      case Assistant _ -> "assistant";
      case ToolResult _ -> "tool";
    };
  }

  /** What it says; empty text for an assistant that only calls tools. */
  Content content();

  /** When it was said. */
  Optional<Instant> time();

  /** Fields that the format does not name, by key. */
  Map<String, JsonNode> extra();

  /** Instructions that the application gave; also OpenAI's role {@code developer}. */
  record SystemPrompt(Content content, Optional<Instant> time, Map<String, JsonNode> extra)
      implements Message {
    public SystemPrompt {
      extra = Json.copy(extra);
    }
  }

  /** What the person, or the program in its place, said. */
  record User(Content content, Optional<Instant> time, Map<String, JsonNode> extra)
      implements Message {
    public User {
      extra = Json.copy(extra);
    }
  }

  /**
   * What the model said.
   *
   * @param model the language model's name
   * @param reasoning its thinking, where the source has it
   * @param train whether it is a target; false: context only
   */
  record Assistant(
      Optional<String> model,
      Optional<String> reasoning,
      Content content,
      List<ToolCall> toolCalls,
      boolean train,
      Optional<Instant> time,
      Map<String, JsonNode> extra)
      implements Message {
    public Assistant {
      toolCalls = List.copyOf(toolCalls);
      extra = Json.copy(extra);
    }

    /** An answer of text alone. */
    public static Assistant of(String text) {
      return new Assistant(
          Optional.empty(),
          Optional.empty(),
          Content.of(text),
          List.of(),
          true,
          Optional.empty(),
          Map.of());
    }

    public Assistant withTrain(boolean train) {
      return new Assistant(model, reasoning, content, toolCalls, train, time, extra);
    }
  }

  /** What a tool returned. */
  record ToolResult(
      String toolCallId,
      Content content,
      boolean isError,
      Optional<Instant> time,
      Map<String, JsonNode> extra)
      implements Message {
    public ToolResult {
      extra = Json.copy(extra);
    }
  }

  /** The same, saying something else. */
  default Message withContent(Content other) {
    return switch (this) {
      case SystemPrompt it -> new SystemPrompt(other, it.time(), it.extra());
      case User it -> new User(other, it.time(), it.extra());
      case Assistant it ->
          new Assistant(
              it.model(), it.reasoning(), other, it.toolCalls(), it.train(), it.time(), it.extra());
      case ToolResult it ->
          new ToolResult(it.toolCallId(), other, it.isError(), it.time(), it.extra());
    };
  }

  /** A user message of text alone. */
  static User user(String text) {
    return new User(Content.of(text), Optional.empty(), Map.of());
  }

  /** A system message of text alone. */
  static SystemPrompt system(String text) {
    return new SystemPrompt(Content.of(text), Optional.empty(), Map.of());
  }
}
