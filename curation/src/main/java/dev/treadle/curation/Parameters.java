package dev.treadle.curation;

import dev.treadle.transcript.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A stage's parameters as somebody wrote them, read one by one with their defaults. */
final class Parameters {
  private final String where;
  private final ObjectNode given;
  private final ObjectNode complete = Json.object();

  Parameters(String where, ObjectNode given) {
    this.where = where;
    this.given = given;
  }

  boolean flag(String name, boolean otherwise) {
    JsonNode value = given.path(name);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw wrong(name, "true or false", value);
    }
    boolean flag = value.asBoolean(otherwise);
    complete.put(name, flag);
    return flag;
  }

  int count(String name, int otherwise) {
    JsonNode value = given.path(name);
    if (!value.isMissingNode() && !(value.isInt() && value.intValue() >= 0)) {
      throw wrong(name, "a number from 0 on", value);
    }
    int count = value.asInt(otherwise);
    complete.put(name, count);
    return count;
  }

  double share(String name, double otherwise) {
    JsonNode value = given.path(name);
    if (!value.isMissingNode()
        && !(value.isNumber() && value.doubleValue() >= 0 && value.doubleValue() <= 1)) {
      throw wrong(name, "a number from 0 to 1", value);
    }
    double share = value.asDouble(otherwise);
    complete.put(name, share);
    return share;
  }

  List<String> words(String name) {
    return words(name, List.of());
  }

  List<String> words(String name, List<String> otherwise) {
    JsonNode value = given.path(name);
    List<String> words = new ArrayList<>();
    for (JsonNode word : value.isArray() ? value : Json.array().add(value)) {
      if (word.isString()) {
        words.add(word.stringValue());
      } else if (!word.isMissingNode() && !word.isNull()) {
        throw wrong(name, "a list of words", value);
      }
    }
    if (value.isMissingNode()) {
      words.addAll(otherwise);
    }
    ArrayNode list = complete.putArray(name);
    words.forEach(list::add);
    return words;
  }

  /** Every parameter with its value, once all were read; refuses a name that nobody read. */
  ObjectNode complete() {
    for (String name : given.propertyNames()) {
      if (!complete.has(name)) {
        List<String> known = List.copyOf(complete.propertyNames());
        throw Stages.invalid(
            where
                + ": there is no parameter '"
                + name
                + "'"
                + (known.isEmpty() ? ": it has none" : Stages.nearest(name, known)));
      }
    }
    return complete;
  }

  private RuntimeException wrong(String name, String expected, JsonNode value) {
    return Stages.invalid(where + "." + name + ": expected " + expected + ", found " + value);
  }
}
