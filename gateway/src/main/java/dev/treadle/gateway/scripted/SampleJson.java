package dev.treadle.gateway.scripted;

import dev.treadle.transcript.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The simplest JSON that fits a JSON Schema, as far as models are asked for one. */
final class SampleJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int DEPTH = 12;

  private final JsonNode root;

  private SampleJson(JsonNode root) {
    this.root = root;
  }

  static JsonNode of(JsonNode schema) {
    return new SampleJson(schema).value(schema, "value", 0);
  }

  /** An object whatever the schema says: arguments of a tool are one. */
  static ObjectNode object(JsonNode schema) {
    return of(schema) instanceof ObjectNode object ? object : Json.object();
  }

  private JsonNode value(JsonNode schema, String name, int depth) {
    if (depth > DEPTH) {
      return NODES.nullNode();
    }
    if (schema.has("$ref")) {
      return value(referred(schema.path("$ref").asString("")), name, depth + 1);
    }
    for (String fixed : new String[] {"const", "default"}) {
      if (schema.has(fixed)) {
        return schema.path(fixed);
      }
    }
    for (String listed : new String[] {"enum", "examples"}) {
      if (schema.path(listed).isArray() && !schema.path(listed).isEmpty()) {
        return schema.path(listed).get(0);
      }
    }
    for (String either : new String[] {"anyOf", "oneOf", "allOf"}) {
      if (schema.path(either).isArray() && !schema.path(either).isEmpty()) {
        return value(schema.path(either).get(0), name, depth + 1);
      }
    }
    return typed(schema, name, depth);
  }

  private JsonNode typed(JsonNode schema, String name, int depth) {
    return switch (type(schema)) {
      case "object" -> object(schema, depth);
      case "array" -> array(schema, name, depth);
      case "string" -> NODES.stringNode(text(schema, name));
      case "integer" -> NODES.numberNode((long) Math.ceil(number(schema)));
      case "number" -> NODES.numberNode(number(schema));
      case "boolean" -> NODES.booleanNode(true);
      case "null" -> NODES.nullNode();
      default -> Json.object();
    };
  }

  private static String type(JsonNode schema) {
    JsonNode type = schema.path("type");
    if (type.isArray() && !type.isEmpty()) {
      return type.get(0).asString("");
    }
    return type.asString(schema.has("properties") ? "object" : "");
  }

  private ObjectNode object(JsonNode schema, int depth) {
    ObjectNode object = Json.object();
    JsonNode required = schema.path("required");
    boolean isRequiredOnly = required.isArray();
    schema
        .path("properties")
        .forEachEntry(
            (name, property) -> {
              if (!isRequiredOnly || contains(required, name)) {
                object.set(name, value(property, name, depth + 1));
              }
            });
    return object;
  }

  private static boolean contains(JsonNode list, String name) {
    for (JsonNode it : list) {
      if (it.asString("").equals(name)) {
        return true;
      }
    }
    return false;
  }

  private ArrayNode array(JsonNode schema, String name, int depth) {
    ArrayNode array = Json.array();
    // A schema that refers to itself ends where its lists may be empty.
    int least = depth > DEPTH / 2 ? 0 : 1;
    int count = Math.max(least, schema.path("minItems").intValue(0));
    for (int i = 0; i < Math.min(count, 100); i++) {
      array.add(value(schema.path("items"), name, depth + 1));
    }
    return array;
  }

  private static String text(JsonNode schema, String name) {
    String text =
        switch (schema.path("format").asString("")) {
          case "date" -> "2026-01-02";
          case "time" -> "03:04:05Z";
          case "date-time" -> "2026-01-02T03:04:05Z";
          case "email" -> "someone@example.com";
          case "uri" -> "https://example.com/";
          case "uuid" -> "00000000-0000-4000-8000-000000000000";
          default -> name;
        };
    int least = Math.min(schema.path("minLength").intValue(0), 10_000);
    String padded = text.length() < least ? text + "x".repeat(least - text.length()) : text;
    int most = schema.path("maxLength").intValue(Integer.MAX_VALUE);
    return padded.length() > most ? padded.substring(0, Math.max(0, most)) : padded;
  }

  private static double number(JsonNode schema) {
    double least =
        Math.max(
            schema.path("minimum").doubleValue(1),
            schema.has("exclusiveMinimum")
                ? schema.path("exclusiveMinimum").doubleValue(0) + 1
                : -Double.MAX_VALUE);
    return Math.min(least, schema.path("maximum").doubleValue(Double.MAX_VALUE));
  }

  private JsonNode referred(String reference) {
    return reference.startsWith("#") ? root.at(reference.substring(1)) : NODES.missingNode();
  }
}
