package dev.treadle.training.template;

import dev.treadle.training.PythonJson;
import dev.treadle.transcript.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** What an expression of a template is worth: Python's values, as far as templates meet them. */
sealed interface Value {
  /** Nothing that was said to be nothing. */
  record None() implements Value {}

  /** True or false. */
  record Truth(boolean is) implements Value {}

  /** A whole number. */
  record Whole(long number) implements Value {}

  /** Any other number. */
  record Real(double number) implements Value {}

  /** A text. */
  record Text(String text) implements Value {}

  /** A list or a tuple. */
  record Sequence(List<Value> entries, boolean isTuple) implements Value {
    public Sequence {
      entries = Collections.unmodifiableList(entries);
    }

    Sequence(List<Value> entries) {
      this(entries, false);
    }
  }

  /** A dictionary whose keys are texts. */
  record Mapping(Map<String, Value> entries) implements Value {
    public Mapping {
      entries = Collections.unmodifiableMap(entries);
    }
  }

  /** What {@code namespace()} makes: the one thing that a template may change. */
  record Namespace(Map<String, Value> entries) implements Value {}

  /** What a loop knows of itself. */
  record Loop(List<Value> entries, int index, int depth) implements Value {}

  /** A macro, with the variables where it was written. */
  record Macro(Statement.Macro statement, Scope scope) implements Value {}

  /** A function of the template's world, by its name. */
  record Function(String name) implements Value {}

  /** A method of a value. */
  record Method(Value of, String name) implements Value {}

  /** A name that means nothing. */
  record Undefined(String name) implements Value {}

  /** As JSON has it. */
  static Value of(JsonNode json) {
    if (json.isObject()) {
      Map<String, Value> entries = new LinkedHashMap<>();
      json.forEachEntry((key, it) -> entries.put(key, of(it)));
      return new Mapping(entries);
    }
    if (json.isArray()) {
      List<Value> entries = new ArrayList<>();
      json.forEach(it -> entries.add(of(it)));
      return new Sequence(entries);
    }
    if (json.isString()) {
      return new Text(json.stringValue());
    }
    if (json.isBoolean()) {
      return new Truth(json.booleanValue());
    }
    if (json.isNumber()) {
      return json.canConvertToLong() && json.isIntegralNumber()
          ? new Whole(json.longValue())
          : new Real(json.doubleValue());
    }
    return new None();
  }

  /** As JSON, if it can be said there. */
  default JsonNode json() {
    return switch (this) {
      case None _ -> Json.read("null");
      case Truth it -> Json.read(it.is() ? "true" : "false");
      case Whole it -> Json.read(Long.toString(it.number()));
      case Real it -> new DoubleNode(it.number());
      case Text it -> new StringNode(it.text());
      case Sequence it -> {
        ArrayNode list = Json.array();
        it.entries().forEach(entry -> list.add(entry.json()));
        yield list;
      }
      case Mapping it -> {
        ObjectNode object = Json.object();
        it.entries().forEach((key, entry) -> object.set(key, entry.json()));
        yield object;
      }
      case Namespace _, Loop _, Macro _, Function _, Method _, Undefined _ ->
          throw new IllegalArgumentException(kind() + " is not JSON serializable");
    };
  }

  default boolean isTrue() {
    return switch (this) {
      case None _, Undefined _ -> false;
      case Truth it -> it.is();
      case Whole it -> it.number() != 0;
      case Real it -> it.number() != 0;
      case Text it -> !it.text().isEmpty();
      case Sequence it -> !it.entries().isEmpty();
      case Mapping it -> !it.entries().isEmpty();
      case Namespace _, Loop _, Macro _, Function _, Method _ -> true;
    };
  }

  /** As Python's {@code str} says it. */
  default String text() {
    return switch (this) {
      case Text it -> it.text();
      case Undefined _ -> "";
      case None _ -> "None";
      case Truth it -> it.is() ? "True" : "False";
      case Whole it -> Long.toString(it.number());
      case Real it -> PythonJson.number(it.number());
      case Sequence it -> {
        List<String> parts = new ArrayList<>();
        it.entries().forEach(entry -> parts.add(entry.repr()));
        String inside = String.join(", ", parts);
        yield it.isTuple() ? "(" + inside + (parts.size() == 1 ? ",)" : ")") : "[" + inside + "]";
      }
      case Mapping it -> {
        List<String> parts = new ArrayList<>();
        it.entries().forEach((key, entry) -> parts.add(new Text(key).repr() + ": " + entry.repr()));
        yield "{" + String.join(", ", parts) + "}";
      }
      case Namespace _, Loop _, Macro _, Function _, Method _ ->
          throw new IllegalArgumentException("the text of " + kind());
    };
  }

  /** As Python's {@code repr} says it. */
  default String repr() {
    if (!(this instanceof Text(String text))) {
      return text();
    }
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder out = new StringBuilder().append(quote);
    text.codePoints()
        .forEach(
            it -> {
              switch (it) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\\' -> out.append("\\\\");
                default -> {
                  if (it == quote) {
                    out.append('\\').append(quote);
                  } else if (it < ' ' || (it >= 0x7f && it <= 0xa0)) {
                    out.append(String.format("\\x%02x", it));
                  } else {
                    out.appendCodePoint(it);
                  }
                }
              }
            });
    return out.append(quote).toString();
  }

  /** For messages: what sort of value it is. */
  default String kind() {
    return switch (this) {
      case None _ -> "none";
      case Truth _ -> "a truth value";
      case Whole _, Real _ -> "a number";
      case Text _ -> "a text";
      case Sequence _ -> "a list";
      case Mapping _ -> "a mapping";
      case Namespace _ -> "a namespace";
      case Loop _ -> "a loop";
      case Macro _, Function _ -> "a function";
      case Method it -> "the method " + it.name();
      case Undefined it -> "'" + it.name() + "', which is undefined";
    };
  }
}
