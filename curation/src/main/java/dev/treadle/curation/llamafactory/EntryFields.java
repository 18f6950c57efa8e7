package dev.treadle.curation.llamafactory;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Typed reads from a registry entry, with messages that name the key. */
final class EntryFields {
  private EntryFields() {}

  static @Nullable String name(JsonNode object, String key) {
    JsonNode value = object.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isString()) {
      throw wrong(key, "a string", value);
    }
    return value.stringValue();
  }

  static boolean flag(JsonNode object, String key) {
    JsonNode value = object.path(key);
    if (value.isMissingNode()) {
      return false;
    }
    if (!value.isBoolean()) {
      throw wrong(key, "true or false", value);
    }
    return value.booleanValue();
  }

  static JsonNode object(JsonNode parent, String key) {
    JsonNode value = parent.path(key);
    if (!value.isObject()) {
      throw wrong(key, "an object", value);
    }
    return value;
  }

  private static IllegalArgumentException wrong(String key, String wanted, JsonNode value) {
    return new IllegalArgumentException(
        "dataset_info.json: `%s` must be %s but is %s; correct the entry"
            .formatted(key, wanted, PythonJson.shortForm(value)));
  }
}
