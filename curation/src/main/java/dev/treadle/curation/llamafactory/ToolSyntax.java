package dev.treadle.curation.llamafactory;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What a template does with the tool list and with the JSON of a function call. */
final class ToolSyntax {
  // The default words of the trainer's templates; the first match counts, newlines included.
  private static final Pattern TOOL_CALL =
      Pattern.compile("<tool_call>(.*?)</tool_call>", Pattern.DOTALL);
  private static final Pattern THOUGHT =
      Pattern.compile("<think>\n(.*?)\n</think>\n\n", Pattern.DOTALL);

  private ToolSyntax() {}

  static PythonError systemNotAString(JsonNode system) {
    return new PythonError(
        Reason.SYSTEM_NOT_A_STRING,
        "the system prompt is %s and the template takes a text; write a text"
            .formatted(PythonJson.shortForm(system)));
  }

  /** Checks a tool list that is not empty. */
  static void checkTools(JsonNode tools, List<Alteration> alterations) {
    if (!tools.isString()) {
      throw new PythonError(
          Reason.TOOLS_NOT_A_STRING,
          "`tools` is %s; write it as a text that holds the JSON list"
              .formatted(PythonJson.shortForm(tools)));
    }
    JsonNode list;
    try {
      list = PythonJson.loads(tools.stringValue());
    } catch (JacksonException e) {
      list = tools.path("missing");
    }
    if (list.isMissingNode()) {
      throw new PythonError(
          Reason.TOOLS_INVALID_JSON,
          "`tools` is not valid JSON: %s; write a JSON list or an empty text"
              .formatted(PythonJson.shortForm(tools)));
    }
    if (list.isNull()
        || list.isNumber()
        || list.isBoolean()
        || (!list.isArray() && !isEmpty(list))) {
      throw notAList(list);
    }
    for (JsonNode tool : list) {
      checkTool(tool, list, alterations);
    }
  }

  private static boolean isEmpty(JsonNode list) {
    return list.isString() ? list.stringValue().isEmpty() : list.isEmpty();
  }

  private static void checkTool(JsonNode tool, JsonNode list, List<Alteration> alterations) {
    if (!tool.isObject()) {
      throw notAList(list);
    }
    boolean wrapped =
        tool.path("type").isString() && tool.path("type").stringValue().equals("function");
    JsonNode function = wrapped ? tool.path("function") : tool;
    boolean complete =
        function.has("name") && function.path("parameters").path("properties").isObject();
    if (!complete
        && alterations.stream().noneMatch(a -> a.reason() == Reason.TOOL_WITHOUT_PARAMETERS)) {
      alterations.add(
          new Alteration(
              Reason.TOOL_WITHOUT_PARAMETERS,
              "a tool has no `name` or no `parameters.properties`; the default template stops at it, others print it as"
                  + " it is; write an empty properties object"));
    }
  }

  private static PythonError notAList(JsonNode list) {
    return new PythonError(
        Reason.TOOLS_NOT_A_LIST,
        "`tools` holds %s, not a list of tool objects; write a JSON list"
            .formatted(PythonJson.shortForm(list)));
  }

  /** Checks the text of a function call turn. */
  static void checkFunctionCall(String content, String where, List<Alteration> alterations) {
    String json = content;
    Matcher call = TOOL_CALL.matcher(content);
    if (call.find()) {
      json = call.group(1);
      if (call.find()) {
        alterations.add(
            new Alteration(
                Reason.SEVERAL_TOOL_CALL_BLOCKS,
                "`%s` has several <tool_call> blocks and only the first is read as a call; write one JSON list"
                    .formatted(where)));
      }
    } else {
      Matcher thought = THOUGHT.matcher(content);
      if (thought.find()) {
        json = content.replace(thought.group(), "");
      }
    }
    checkCalls(json, where, alterations);
  }

  private static void checkCalls(String json, String where, List<Alteration> alterations) {
    JsonNode calls = parse(json, where);
    if (!calls.isArray()) {
      checkCall(calls, where, alterations);
      return;
    }
    if (calls.isEmpty()) {
      alterations.add(
          new Alteration(
              Reason.EMPTY_FUNCTION_CALL,
              "`%s` is an empty list, so the model learns to say nothing; drop the turn"
                  .formatted(where)));
    }
    for (JsonNode call : calls) {
      checkCall(call, where, alterations);
    }
  }

  private static JsonNode parse(String json, String where) {
    try {
      JsonNode calls = PythonJson.loads(json);
      if (!calls.isMissingNode()) {
        return calls;
      }
    } catch (JacksonException e) {
      // Told below: the parser's own words are not the trainer's.
    }
    throw new PythonError(
        Reason.FUNCTION_CALL_INVALID_JSON,
        "`%s` is a function call but not valid JSON; write {\"name\": …, \"arguments\": {…}} (a thought before it"
                .formatted(where)
            + " needs <think>\\n…\\n</think>\\n\\n exactly)");
  }

  private static void checkCall(JsonNode call, String where, List<Alteration> alterations) {
    for (String key : List.of("name", "arguments")) {
      if (!call.has(key)) {
        throw new PythonError(
            Reason.FUNCTION_CALL_FIELD_MISSING,
            "`%s` holds a call without `%s`; write {\"name\": …, \"arguments\": {…}}"
                .formatted(where, key));
      }
    }
    JsonNode arguments = call.path("arguments");
    if (arguments.isObject()) {
      return;
    }
    boolean encoded = arguments.isString();
    alterations.add(
        encoded
            ? new Alteration(
                Reason.DOUBLE_ENCODED_ARGUMENTS,
                "`%s`: `arguments` is a text and is encoded once more; write a JSON object in a sharegpt"
                        .formatted(where)
                    + " function_call turn")
            : new Alteration(
                Reason.ARGUMENTS_NOT_AN_OBJECT,
                "`%s`: `arguments` is %s; write an object, {} at least"
                    .formatted(where, PythonJson.shortForm(arguments))));
  }
}
