package dev.treadle.curation;

import dev.treadle.curation.Dialogue.Call;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Tool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tools of a dialogue. Chat templates write calls only where tools are defined, but agent
 * sessions do not record the definitions: what is missing is derived from the calls. A derived
 * schema has the arguments that were seen, in that order, with their JSON types; required is what
 * every call of the tool had. It is a guess, and counted as one.
 */
final class ToolSchemas {
  private ToolSchemas() {}

  /**
   * Definitions in the OpenAI form: those given, then those derived in the order of first calls.
   */
  static List<ObjectNode> of(List<Tool> given, List<Call> calls, Set<Loss> losses) {
    Map<String, ObjectNode> schemas = new LinkedHashMap<>();
    for (Tool tool : given) {
      if (!tool.name().isEmpty()) {
        schemas.putIfAbsent(tool.name(), complete(tool.definition().deepCopy()));
      }
    }
    Map<String, List<ObjectNode>> unknown = new LinkedHashMap<>();
    for (Call call : calls) {
      if (!schemas.containsKey(call.name())) {
        unknown.computeIfAbsent(call.name(), _ -> new ArrayList<>()).add(call.arguments());
      }
    }
    unknown.forEach((name, arguments) -> schemas.put(name, derived(name, arguments)));
    if (!unknown.isEmpty()) {
      losses.add(Loss.TOOLS_DERIVED);
    }
    return List.copyOf(schemas.values());
  }

  /** Loaders look parameters up without asking whether they are there. */
  private static ObjectNode complete(ObjectNode definition) {
    ObjectNode function = (ObjectNode) definition.path("function");
    if (!function.path("parameters").isObject()) {
      function.putObject("parameters").put("type", "object").putObject("properties");
    }
    return definition;
  }

  private static ObjectNode derived(String name, List<ObjectNode> calls) {
    Map<String, Set<String>> types = new LinkedHashMap<>();
    for (ObjectNode arguments : calls) {
      arguments.forEachEntry(
          (key, value) -> types.computeIfAbsent(key, _ -> new LinkedHashSet<>()).add(type(value)));
    }
    ObjectNode definition = Json.object().put("type", "function");
    ObjectNode function = definition.putObject("function").put("name", name).put("description", "");
    ObjectNode parameters = function.putObject("parameters").put("type", "object");
    ObjectNode properties = parameters.putObject("properties");
    types.forEach((key, seen) -> property(properties.putObject(key), seen));
    ArrayNode required = parameters.putArray("required");
    types.keySet().stream()
        .filter(key -> calls.stream().allMatch(call -> call.has(key)))
        .forEach(required::add);
    return definition;
  }

  private static void property(ObjectNode property, Set<String> types) {
    if (types.size() == 1) {
      String type = types.iterator().next();
      property.put("type", type);
      if (type.equals("array")) {
        property.putObject("items");
      }
    }
  }

  private static String type(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> "string";
      case BOOLEAN -> "boolean";
      case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
      case ARRAY -> "array";
      case OBJECT -> "object";
      case NULL, MISSING, BINARY, POJO -> "null";
    };
  }
}
