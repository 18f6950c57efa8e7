package dev.treadle.app.command;

import dev.treadle.transcript.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/**
 * The few facts of an example that a summary counts, read from its line without decoding its texts.
 */
final class Outline {
  String id = "";
  String kind = "";
  String system = "";
  String thinking = "absent";
  String project = "(none)";
  int messages;
  int toolCalls;

  private Outline() {}

  static Outline of(byte[] line) {
    Outline outline = new Outline();
    try (JsonParser json = Json.factory().createParser(ObjectReadContext.empty(), line)) {
      json.nextToken();
      outline.example(json);
    }
    return outline;
  }

  private void example(JsonParser json) {
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      JsonToken value = json.nextToken();
      switch (name) {
        case "id" -> id = json.getString();
        case "kind" -> kind = json.getString();
        case "thinking" -> thinking = json.getString();
        case "source" -> system = field(json, value, "system", system);
        case "labels" -> project = field(json, value, "project", project);
        case "messages" -> messages(json, value);
        default -> json.skipChildren();
      }
    }
  }

  /** The text field of an object; the rest of it is passed over. */
  private static String field(JsonParser json, JsonToken value, String wanted, String otherwise) {
    String found = otherwise;
    if (value == JsonToken.START_OBJECT) {
      for (String name = json.nextName(); name != null; name = json.nextName()) {
        JsonToken field = json.nextToken();
        if (name.equals(wanted) && field == JsonToken.VALUE_STRING) {
          found = json.getString();
        } else {
          json.skipChildren();
        }
      }
    }
    return found;
  }

  private void messages(JsonParser json, JsonToken value) {
    if (value != JsonToken.START_ARRAY) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() == JsonToken.START_OBJECT) {
      messages++;
      for (@Nullable String name = json.nextName(); name != null; name = json.nextName()) {
        JsonToken field = json.nextToken();
        if (name.equals("tool_calls") && field == JsonToken.START_ARRAY) {
          while (json.nextToken() == JsonToken.START_OBJECT) {
            toolCalls++;
            json.skipChildren();
          }
        } else {
          json.skipChildren();
        }
      }
    }
  }
}
