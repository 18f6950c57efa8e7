package dev.treadle.intake;

import dev.treadle.transcript.Content;
import dev.treadle.transcript.Conversation;
import dev.treadle.transcript.ExampleId;
import dev.treadle.transcript.Header;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.Part;
import dev.treadle.transcript.Source;
import dev.treadle.transcript.ThinkingState;
import dev.treadle.transcript.ToolCall;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.StringNode;

/**
 * Puts a branch together: reads its lines again, now with their texts, and makes a conversation of
 * them.
 */
final class ConversationBuilder {
  static final String SYSTEM = "claude-code";

  private final LineTexts texts;
  private final List<Message> messages = new ArrayList<>();
  private final Map<String, JsonNode> labels = new LinkedHashMap<>();
  private final Map<String, JsonNode> extra = new LinkedHashMap<>();
  private @Nullable ThinkingState thinking;
  private @Nullable String model;
  private int trained;
  private int unanswered;
  private int interruptions;
  private int errors;
  private boolean lacksPaste;

  ConversationBuilder(LineTexts texts) {
    this.texts = texts;
  }

  /** Calls that no result answers: the session ended, or its lines were lost. */
  int unansweredCalls() {
    return unanswered;
  }

  /** Links an agent's conversation to the one, and to the call in it, that it worked for. */
  void calledBy(String session, @Nullable String call) {
    labels.put("sidechain", BooleanNode.TRUE);
    label("parent", ExampleId.of(SYSTEM, session).value());
    label("parent_call", call == null ? "" : call);
  }

  /**
   * The conversation of {@code branch}, or nothing if every answer in it was given in another one.
   *
   * @param session what names the session file
   * @param group what its examples must not be split across
   * @param answered the answers that were targets before; those of this branch are added
   */
  Optional<Conversation> build(
      SessionTree.Branch branch,
      String session,
      String group,
      Optional<String> subject,
      Set<String> answered)
      throws IOException {
    for (Turn turn : branch.turns()) {
      interruptions += turn.interrupted ? 1 : 0;
      if (turn.assistant) {
        assistant(turn, answered);
      } else {
        user(turn.first);
      }
    }
    if (trained == 0) {
      return Optional.empty();
    }
    String key = session;
    if (branch.agent() != null) {
      key += "/" + branch.agent();
      labels.put("agent", StringNode.valueOf(branch.agent()));
    }
    if (branch.name() != null) {
      key += "/" + branch.name();
      labels.put("branch", StringNode.valueOf(branch.name()));
    }
    envelope(branch.turns());
    Source source =
        new Source(SYSTEM, key, group, subject, terms(), time(branch.turns().getFirst().first));
    Header header = Header.of(source).withLabels(labels).withExtra(extra);
    header = header.withThinking(thinking == null ? ThinkingState.ABSENT : thinking);
    return Optional.of(new Conversation(header, messages, List.of()));
  }

  private void user(SessionRecord record) throws IOException {
    JsonNode content = texts.message(record).path("content");
    List<Part> parts = new ArrayList<>();
    if (content.isString()) {
      userText(content.stringValue(), parts);
    }
    for (JsonNode block : content.isArray() ? content : Json.array()) {
      switch (block.path("type").asString("")) {
        case "text" -> userText(block.path("text").asString(""), parts);
        case "tool_result" -> {}
        default -> parts.add(new Part.Unknown(block));
      }
    }
    if (!parts.isEmpty()) {
      messages.add(new Message.User(joined(parts), time(record), Map.of()));
    }
  }

  private void userText(String raw, List<Part> parts) {
    RecordKind kind = UserText.kind(raw);
    if (kind == RecordKind.COMMAND) {
      parts.add(new Part.Text(UserText.typedCommand(raw)));
    } else if (kind == RecordKind.USER_TEXT) {
      parts.add(new Part.Text(UserText.withoutReminders(raw)));
      lacksPaste |= UserText.lacksPaste(raw);
    }
  }

  private void assistant(Turn turn, Set<String> answered) throws IOException {
    List<String> said = new ArrayList<>();
    List<String> thought = new ArrayList<>();
    List<ToolCall> calls = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (SessionRecord line : turn.lines) {
      JsonNode message = texts.message(line);
      model = message.path("model").asString(model);
      JsonNode content = message.path("content");
      if (content.isString()) {
        said.add(content.stringValue());
      }
      for (JsonNode block : content.isArray() ? content : Json.array()) {
        block(block, said, thought, calls, seen);
      }
    }
    boolean isTarget = answered.add(String.valueOf(turn.answerName()));
    if (said.isEmpty() && calls.isEmpty()) {
      return; // An answer that was cut off while the model still thought.
    }
    trained += isTarget ? 1 : 0;
    messages.add(
        new Message.Assistant(
            Optional.ofNullable(model),
            thought.isEmpty() ? Optional.empty() : Optional.of(String.join("\n\n", thought)),
            Content.of(String.join("\n\n", said)),
            calls,
            isTarget,
            time(turn.first),
            Map.of()));
    results(turn, calls);
  }

  private void block(
      JsonNode block,
      List<String> said,
      List<String> thought,
      List<ToolCall> calls,
      Set<String> seen) {
    switch (block.path("type").asString("")) {
      case "text" -> {
        String text = block.path("text").asString("");
        // A replayed line repeats a piece of the same message word for word.
        if (!text.isBlank() && seen.add("text\n" + text)) {
          said.add(text);
        }
      }
      case "thinking" -> {
        String text = block.path("thinking").asString("");
        if (!text.isBlank() && seen.add("thinking\n" + text)) {
          thought.add(text);
          weaken(ThinkingState.FULL);
        } else if (text.isBlank()) {
          weaken(ThinkingState.SIGNATURE_ONLY);
        }
      }
      case "redacted_thinking" -> weaken(ThinkingState.ENCRYPTED);
      case "tool_use", "server_tool_use" -> {
        String id = block.path("id").asString("");
        if (seen.add("call\n" + id)) {
          JsonNode input = block.path("input");
          calls.add(
              new ToolCall(
                  id,
                  block.path("name").asString(""),
                  input.isMissingNode() ? "{}" : input.toString()));
        }
      }
      default -> extra.merge("unknown_blocks", oneMore(block), ConversationBuilder::add);
    }
  }

  private static JsonNode oneMore(JsonNode block) {
    return Json.array().add(block.path("type").asString("(none)"));
  }

  private static JsonNode add(JsonNode before, JsonNode more) {
    return Json.array().addAll((tools.jackson.databind.node.ArrayNode) before).add(more.get(0));
  }

  /** A mixture is as weak as its weakest piece. */
  private void weaken(ThinkingState state) {
    thinking = thinking == null || state.compareTo(thinking) > 0 ? state : thinking;
  }

  /** The results in the order of the calls, whatever order they came back in. */
  private void results(Turn turn, List<ToolCall> calls) throws IOException {
    IdentityHashMap<SessionRecord, JsonNode> read = new IdentityHashMap<>();
    for (ToolCall call : calls) {
      SessionRecord record = turn.results.get(call.id());
      if (record == null) {
        unanswered++;
        continue;
      }
      JsonNode message = read.get(record);
      if (message == null) {
        message = texts.message(record);
        read.put(record, message);
      }
      for (JsonNode block : message.path("content")) {
        if (block.path("tool_use_id").asString("").equals(call.id())) {
          boolean isError = block.path("is_error").asBoolean(false);
          errors += isError ? 1 : 0;
          messages.add(
              new Message.ToolResult(
                  call.id(),
                  resultContent(block.path("content")),
                  isError,
                  time(record),
                  Map.of()));
          break;
        }
      }
    }
  }

  private static Content resultContent(JsonNode content) {
    if (content.isString()) {
      return Content.of(UserText.withoutReminders(content.stringValue()));
    }
    List<Part> parts = new ArrayList<>();
    for (JsonNode block : content.isArray() ? content : Json.array()) {
      parts.add(
          block.path("type").asString("").equals("text")
              ? new Part.Text(UserText.withoutReminders(block.path("text").asString("")))
              : new Part.Unknown(block));
    }
    return joined(parts);
  }

  private static Content joined(List<Part> parts) {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      if (!(part instanceof Part.Text(String piece))) {
        return new Content.Parts(parts);
      }
      text.append(text.isEmpty() ? "" : "\n\n").append(piece);
    }
    return Content.of(text.toString());
  }

  /** What the first line with an envelope says of the session as a whole. */
  private void envelope(List<Turn> turns) throws IOException {
    JsonNode line = texts.line(turns.getFirst().first);
    String folder = line.path("cwd").asString("");
    label(
        "project",
        folder.substring(Math.max(folder.lastIndexOf('/'), folder.lastIndexOf('\\')) + 1));
    label("git_branch", line.path("gitBranch").asString(""));
    label("client_version", line.path("version").asString(""));
    if (interruptions > 0) {
      labels.put("interruptions", Json.mapper().valueToTree(interruptions));
    }
    if (errors > 0) {
      labels.put("tool_errors", Json.mapper().valueToTree(errors));
    }
    if (lacksPaste) {
      labels.put("pasted_text_absent", Json.mapper().valueToTree(true));
    }
    extra.put("origin", texts.origin(turns));
  }

  private void label(String name, String value) {
    if (!value.isBlank()) {
      labels.put(name, StringNode.valueOf(value));
    }
  }

  private Optional<String> terms() {
    return model != null && model.startsWith("claude")
        ? Optional.of("anthropic")
        : Optional.empty();
  }

  private static Optional<Instant> time(SessionRecord record) {
    return record.timestamp() == null ? Optional.empty() : Timestamps.read(record.timestamp());
  }
}
