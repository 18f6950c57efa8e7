package dev.treadle.app.local;

import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A request's JSON, read field by field; what has the wrong type is refused by its name. */
record RequestBody(ObjectNode json) {
  private static final int MAX_STOPS = 16;
  private static final int MAX_STOP_LETTERS = 1000;

  static RequestBody read(byte[] body) throws Refusal {
    JsonNode json;
    try {
      json = Json.read(body);
    } catch (TreadleException e) {
      throw new Refusal(400, "the request is " + e.getMessage(), null, "invalid_json");
    }
    if (json instanceof ObjectNode object) {
      return new RequestBody(object);
    }
    throw new Refusal(400, "the request is no JSON object", null, "invalid_json");
  }

  JsonNode at(String name) {
    return json.path(name);
  }

  /** Whether something stands there, and not null. */
  boolean has(String name) {
    return !at(name).isMissingNode() && !at(name).isNull();
  }

  Optional<String> text(String name) throws Refusal {
    if (!has(name)) {
      return Optional.empty();
    }
    if (!at(name).isString()) {
      throw Refusal.of(name, name + " is no text");
    }
    return Optional.of(at(name).stringValue());
  }

  boolean flag(String name, boolean otherwise) throws Refusal {
    if (!has(name)) {
      return otherwise;
    }
    if (!at(name).isBoolean()) {
      throw Refusal.of(name, name + " is neither true nor false");
    }
    return at(name).booleanValue();
  }

  OptionalDouble number(String name, double least, double most) throws Refusal {
    if (!has(name)) {
      return OptionalDouble.empty();
    }
    double value = at(name).isNumber() ? at(name).asDouble(Double.NaN) : Double.NaN;
    if (!(value >= least && value <= most)) {
      throw Refusal.of(name, name + " is no number from " + least + " to " + most);
    }
    return OptionalDouble.of(value);
  }

  OptionalInt whole(String name, int least, int most) throws Refusal {
    if (!has(name)) {
      return OptionalInt.empty();
    }
    JsonNode value = at(name);
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < least
        || value.longValue() > most) {
      throw Refusal.of(name, name + " is no whole number from " + least + " to " + most);
    }
    return OptionalInt.of((int) value.longValue());
  }

  /** A text, or a list of them. */
  List<String> stops() throws Refusal {
    List<String> stops = new ArrayList<>();
    JsonNode stop = at("stop");
    for (JsonNode it : stop.isArray() ? stop : Json.array().add(stop)) {
      if (it.isString() && !it.stringValue().isEmpty()) {
        stops.add(it.stringValue());
      } else if (has("stop")) {
        throw Refusal.of("stop", "stop is neither a text nor a list of texts that are not empty");
      }
    }
    if (stops.size() > MAX_STOPS || stops.stream().anyMatch(it -> it.length() > MAX_STOP_LETTERS)) {
      throw Refusal.of(
          "stop", "stop has more than " + MAX_STOPS + " texts, or one of over 1000 letters");
    }
    return stops;
  }

  /** Refuses a number that is another than the one that changes nothing. */
  void onlyNeutral(String name, int neutral) throws Refusal {
    if (has(name) && (!at(name).isNumber() || at(name).asDouble(Double.NaN) != neutral)) {
      throw Refusal.unsupported(name, "only " + neutral + " is supported by this server");
    }
  }

  /** Refuses what this server does not do, unless it is empty. */
  void never(String name) throws Refusal {
    boolean isEmpty = at(name).isContainer() && at(name).isEmpty();
    boolean isFalse = at(name).isBoolean() && !at(name).booleanValue();
    if (has(name) && !isEmpty && !isFalse) {
      throw Refusal.unsupported(name, "not supported by this server");
    }
  }
}
