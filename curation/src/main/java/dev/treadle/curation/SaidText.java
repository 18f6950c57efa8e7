package dev.treadle.curation;

import dev.treadle.transcript.Candidate;
import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.Content;
import dev.treadle.transcript.Example;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.Part;
import dev.treadle.transcript.ToolCall;

/** What an example says as one text, for telling how alike two are. */
final class SaidText {
  private SaidText() {}

  /**
   * Everything: roles, texts, reasoning, calls and results. No ids and no times: those differ
   * between equals.
   */
  static String whole(Example example) {
    StringBuilder text = new StringBuilder(1024);
    for (Message message : example.messages()) {
      message(text, message, true);
    }
    candidates(text, example);
    return text.toString();
  }

  /**
   * What people and models said; results of tools are left out, because long output makes strangers
   * look alike.
   */
  static String dialogue(Example example) {
    StringBuilder text = new StringBuilder(1024);
    for (Message message : example.messages()) {
      message(text, message, false);
    }
    candidates(text, example);
    return text.toString();
  }

  /** A message's own text, with its role. */
  static String of(Message message) {
    StringBuilder text = new StringBuilder(256);
    message(text, message, true);
    return text.toString();
  }

  private static void candidates(StringBuilder text, Example example) {
    if (example instanceof Comparison comparison) {
      for (Candidate candidate : comparison.candidates()) {
        text.append(candidate.model()).append('\n');
        candidate.message().ifPresent(message -> message(text, message, true));
      }
    }
  }

  private static void message(StringBuilder text, Message message, boolean whole) {
    switch (message) {
      case Message.ToolResult result -> {
        if (!whole) {
          return;
        }
        text.append("tool\n");
        content(text, result.content());
      }
      case Message.Assistant assistant -> {
        text.append("assistant\n");
        assistant.reasoning().ifPresent(reasoning -> text.append(reasoning).append('\n'));
        content(text, assistant.content());
        for (ToolCall call : assistant.toolCalls()) {
          text.append(call.name()).append(' ').append(call.arguments()).append('\n');
        }
      }
      case Message.User user -> content(text.append("user\n"), user.content());
      case Message.SystemPrompt prompt -> content(text.append("system\n"), prompt.content());
    }
  }

  private static void content(StringBuilder text, Content content) {
    switch (content) {
      case Content.Text it -> text.append(it.text()).append('\n');
      case Content.Parts parts -> {
        for (Part part : parts.parts()) {
          switch (part) {
            case Part.Text it -> text.append(it.text()).append('\n');
            case Part.Blob blob -> text.append(blob.sha256()).append('\n');
            case Part.Unknown unknown -> text.append(unknown.json()).append('\n');
          }
        }
      }
    }
  }
}
