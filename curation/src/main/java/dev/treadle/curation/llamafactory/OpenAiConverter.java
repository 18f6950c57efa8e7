package dev.treadle.curation.llamafactory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** OpenAI messages: tool calls beside the content, tool results one by one. */
final class OpenAiConverter implements Converter {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String RESULT_SEPARATOR = "\n</tool_response>\n<tool_response>\n";

  private final DatasetEntry entry;
  private final Map<@Nullable String, Role> roles;

  OpenAiConverter(DatasetEntry entry) {
    this.entry = entry;
    this.roles = entry.tags().roles();
  }

  @Override
  public Draft convert(Row row) {
    Messages messages = Messages.of(row, entry, false);
    List<Alteration> alterations = new ArrayList<>(messages.alterations());
    LostFields.note(messages.turns(), false, alterations);
    List<RawTurn> turns = turns(messages.turns(), alterations);
    Conversation conversation = new Conversation(turns, misfit(turns)).counted(entry);
    Conversation.Halves halves = conversation.cut(row, entry);
    JsonNode tools = row.columnIfPresent(entry.columns().tools());
    if (tools.isContainer()) {
      tools = JSON.stringNode(PythonJson.dumps(tools));
    }
    JsonNode system = system(messages.system(), PythonJson.isTrue(tools), alterations);
    return new Draft(halves.prompt(), halves.response(), system, tools, alterations, halves.flaw());
  }

  private List<RawTurn> turns(List<Messages.Message> messages, List<Alteration> alterations) {
    List<RawTurn> turns = new ArrayList<>(messages.size());
    List<RawTurn> results = new ArrayList<>();
    for (Messages.Message message : messages) {
      RawTurn turn = turn(message, alterations);
      if (turn.role() == Role.OBSERVATION) {
        results.add(turn);
        continue;
      }
      if (!results.isEmpty()) {
        turns.add(joined(results, alterations));
        results.clear();
      }
      turns.add(turn);
    }
    if (!results.isEmpty()) {
      alterations.add(
          new Alteration(
              Reason.TRAILING_TOOL_RESULTS_LOST,
              "`%s` is a tool result that no answer follows, and is lost; end with an answer"
                  .formatted(results.getFirst().where())));
    }
    return turns;
  }

  private RawTurn turn(Messages.Message message, List<Alteration> alterations) {
    Tags tags = entry.tags();
    // Asked for before the content, as the loader does.
    String tag = message.role();
    JsonNode content = message.content();
    if (message.hasRole(tags.assistant()) || message.hasRole(tags.function())) {
      JsonNode calls = message.node().path("tool_calls");
      if (PythonJson.isTrue(calls)) {
        noteReplaced(message, content, alterations);
        content = JSON.stringNode(PythonJson.dumps(functions(calls, message.where())));
        tag = tags.function();
      }
    }
    JsonNode written = message.field(tags.role(), "role_tag");
    boolean isTag = written.isString() || written.isNull();
    if (isTag && Objects.equals(tag, tags.observation())) {
      return new RawTurn(Role.OBSERVATION, content, message.contentPlace());
    }
    Role role = isTag ? roles.get(tag) : null;
    if (role == null) {
      throw new PythonError(
          Reason.UNKNOWN_ROLE,
          "`%s` has role %s, which the entry's tags do not name; rename it or correct `tags`"
              .formatted(message.where(), PythonJson.shortForm(written)));
    }
    return new RawTurn(role, content, message.contentPlace());
  }

  private static void noteReplaced(
      Messages.Message message, JsonNode content, List<Alteration> alterations) {
    if (PythonJson.isTrue(content)) {
      alterations.add(
          new Alteration(
              Reason.TOOL_CALLS_REPLACE_CONTENT,
              "`%s` is lost, as `tool_calls` takes its place; write text and calls as two turns or in one text"
                  .formatted(message.contentPlace())));
    }
  }

  private static ArrayNode functions(JsonNode calls, String where) {
    ArrayNode functions = JSON.arrayNode();
    int index = 0;
    for (JsonNode call : calls.isArray() ? calls : JSON.arrayNode().add(calls)) {
      JsonNode function = call.isObject() && calls.isArray() ? call.get("function") : null;
      if (function == null) {
        throw new PythonError(
            Reason.TOOL_CALL_WITHOUT_FUNCTION,
            "`%s.tool_calls[%d]` has no `function` object; write {\"function\": {\"name\", \"arguments\"}}"
                .formatted(where, index));
      }
      functions.add(function);
      index++;
    }
    return functions;
  }

  private static RawTurn joined(List<RawTurn> results, List<Alteration> alterations) {
    List<String> texts = new ArrayList<>(results.size());
    for (RawTurn result : results) {
      if (!result.content().isString()) {
        throw Failures.notAString(result.where(), result.content());
      }
      texts.add(result.content().stringValue());
    }
    if (results.size() > 1) {
      alterations.add(
          new Alteration(
              Reason.TOOL_RESULTS_JOINED,
              "%d tool results from `%s` on become one text with <tool_response> tags between them; only templates"
                      .formatted(results.size(), results.getFirst().where())
                  + " with those tags read them apart"));
    }
    return new RawTurn(
        Role.OBSERVATION,
        JSON.stringNode(String.join(RESULT_SEPARATOR, texts)),
        results.getFirst().where());
  }

  private @Nullable Alteration misfit(List<RawTurn> turns) {
    for (int i = 0; i < turns.size(); i++) {
      RawTurn turn = turns.get(i);
      boolean asks = i % 2 == 0;
      if (asks ? turn.role().asks() : turn.role().answers()) {
        continue;
      }
      if (turn.role() == Role.SYSTEM) {
        return new Alteration(
            Reason.SYSTEM_NOT_FIRST,
            "`%s` is a system prompt after the first message (or the entry has no `system_tag`); move it to the front"
                .formatted(turn.where()));
      }
      return new Alteration(
          Reason.ROLES_DO_NOT_ALTERNATE,
          "`%s` is a turn of the %s where the %s must speak; merge or split turns until they alternate"
              .formatted(turn.where(), asks ? "model" : "user", asks ? "user" : "model"));
    }
    return null;
  }

  private static JsonNode system(JsonNode system, boolean hasTools, List<Alteration> alterations) {
    String shortPrompt = "detailed thinking off";
    if (!PythonJson.isTrue(system)) {
      if (hasTools) {
        return system;
      }
      alterations.add(
          new Alteration(
              Reason.THINKING_OFF_ADDED,
              "there is no system prompt and no tools, so \"%s\" becomes the system prompt; use formatting sharegpt"
                  .formatted(shortPrompt)));
      return JSON.stringNode(shortPrompt);
    }
    if (system.isArray()) {
      // Python appends a text to a list without complaint; the template stops at it, if the row
      // gets there.
      return system;
    }
    if (!system.isString()) {
      throw ToolSyntax.systemNotAString(system);
    }
    String text = system.stringValue();
    if (hasTools) {
      return JSON.stringNode(text + "\n");
    }
    if (text.contains("detailed thinking on") || text.contains(shortPrompt)) {
      return system;
    }
    alterations.add(
        new Alteration(
            Reason.THINKING_OFF_ADDED,
            "\"%s\" is appended to the system prompt, as there are no tools; use formatting sharegpt"
                .formatted(shortPrompt)));
    return JSON.stringNode(text + "\n" + shortPrompt);
  }
}
