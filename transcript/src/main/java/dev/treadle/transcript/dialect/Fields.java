package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Json;
import dev.treadle.transcript.TranscriptError;
import dev.treadle.transcript.TreadleException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads fields of wire objects: what is absent or of another type is empty, never an error. */
final class Fields {
  /** Of a number that is surely a long. */
  private static final int MOST_DIGITS = 18;

  private Fields() {}

  static Optional<String> text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
  }

  /** The text, or an empty one. */
  static String textOrEmpty(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isString() ? value.stringValue() : "";
  }

  static Optional<Double> number(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return isNumber(value) ? Optional.of(value.asDouble(0)) : Optional.empty();
  }

  static Optional<Long> whole(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return isWhole(value) ? Optional.of(value.asLong(0)) : Optional.empty();
  }

  static Optional<Boolean> flag(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isBoolean() ? Optional.of(value.booleanValue()) : Optional.empty();
  }

  static boolean isNumber(JsonNode value) {
    return value.isNumber() && Double.isFinite(value.asDouble(Double.NaN));
  }

  static boolean isWhole(JsonNode value) {
    return value.isNumber() && value.canConvertToExactIntegral() && value.canConvertToLong();
  }

  static boolean isTextOrArray(JsonNode value) {
    return value.isString() || value.isArray();
  }

  /** The count, or 0 where there is none or none that can be. */
  static long count(JsonNode node, String field) {
    return Math.max(0, whole(node, field).orElse(0L));
  }

  /** As {@link #count(JsonNode, String)}, of a number as it is written, or an empty text. */
  static long count(String number) {
    long count = 0;
    for (int i = 0; i < number.length(); i++) {
      int digit = number.charAt(i) - '0';
      if (digit < 0 || digit > 9 || i == MOST_DIGITS) {
        JsonNode value = Json.read(number);
        return isWhole(value) ? Math.max(0, value.asLong(0)) : 0;
      }
      count = 10 * count + digit;
    }
    return count;
  }

  /** The fields that are not named, in their order. */
  static Map<String, JsonNode> unnamed(JsonNode node, Set<String> named) {
    Map<String, JsonNode> unnamed = new LinkedHashMap<>();
    node.forEachEntry(
        (name, value) -> {
          if (!named.contains(name)) {
            unnamed.put(name, value);
          }
        });
    return unnamed;
  }

  /** The fields that are not named, and those that are but of another type than they should be. */
  static Map<String, JsonNode> unread(JsonNode node, Map<String, Predicate<JsonNode>> named) {
    Map<String, JsonNode> unread = new LinkedHashMap<>();
    node.forEachEntry(
        (name, value) -> {
          Predicate<JsonNode> type = named.get(name);
          if (type == null || !(value.isNull() || type.test(value))) {
            unread.put(name, value);
          }
        });
    return unread;
  }

  /** An unmodifiable copy in the same order. */
  static Map<String, JsonNode> copy(Map<String, JsonNode> map) {
    return map.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  static void putAll(ObjectNode node, Map<String, JsonNode> fields) {
    fields.forEach(node::set);
  }

  static boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  /** Whether it says nothing: absent, an empty text, array or object. */
  static boolean isEmpty(JsonNode value) {
    return isAbsent(value)
        || (value.isContainer() && value.isEmpty())
        || (value.isString() && value.stringValue().isEmpty());
  }

  static TreadleException notARequest(Protocol protocol, String complaint) {
    return new TreadleException(
        TranscriptError.NOT_A_REQUEST,
        "not a request of the " + protocol.wire() + " API: " + complaint);
  }

  static TreadleException notAnAnswer(Protocol protocol, String complaint) {
    return new TreadleException(
        TranscriptError.NOT_AN_ANSWER,
        "not an answer of the " + protocol.wire() + " API: " + complaint);
  }
}
