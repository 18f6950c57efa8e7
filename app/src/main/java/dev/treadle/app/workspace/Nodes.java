package dev.treadle.app.workspace;

import dev.treadle.measure.text.Spelling;
import dev.treadle.transcript.Json;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A section of the configuration, whose values are read by path and refused with their place.
 *
 * @param name what to call the file in a message
 * @param prefix the section's own path, with a dot at its end, or nothing for the whole
 */
record Nodes(String name, String prefix, JsonNode node) {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})\\s*(B|KB|MB|GB)?");

  /** The value at a path, if there is one. */
  Optional<JsonNode> at(String path) {
    JsonNode found = node;
    for (String key : path.split("\\.", -1)) {
      found = found.path(key);
    }
    return found.isMissingNode() || found.isNull() ? Optional.empty() : Optional.of(found);
  }

  /** The section of that name in the section at a path; empty if it is not there. */
  Nodes below(String path, String key) {
    return new Nodes(
        name,
        prefix + path + "." + key + ".",
        at(path).map(it -> it.path(key)).filter(JsonNode::isObject).orElseGet(Json::object));
  }

  /** The names in the section at a path. */
  List<String> names(String path) {
    Optional<JsonNode> section = at(path);
    if (section.isPresent() && !section.get().isObject()) {
      throw wrong(path, "names and values", section.get());
    }
    return section.map(it -> List.copyOf(it.propertyNames())).orElse(List.of());
  }

  Optional<String> text(String path) {
    return at(path)
        .map(
            it -> {
              if (!it.isString() || it.stringValue().isBlank()) {
                throw wrong(path, "a text", it);
              }
              return it.stringValue();
            });
  }

  /** A list of texts, or one alone. */
  List<String> texts(String path) {
    List<String> texts = new ArrayList<>();
    at(path)
        .ifPresent(
            value -> {
              for (JsonNode text : value.isArray() ? value : Json.array().add(value)) {
                if (!text.isString()) {
                  throw wrong(path, "a list of texts", value);
                }
                texts.add(text.stringValue());
              }
            });
    return texts;
  }

  boolean truth(String path, boolean otherwise) {
    return at(path)
        .map(
            it -> {
              if (!it.isBoolean()) {
                throw wrong(path, "true or false", it);
              }
              return it.booleanValue();
            })
        .orElse(otherwise);
  }

  int number(String path, int otherwise) {
    return at(path)
        .map(
            it -> {
              if (!it.isIntegralNumber() || !it.canConvertToInt() || it.intValue() < 1) {
                throw wrong(path, "a number from 1", it);
              }
              return it.intValue();
            })
        .orElse(otherwise);
  }

  Duration duration(String path, Duration otherwise) {
    return at(path).map(it -> duration(path, it)).orElse(otherwise);
  }

  private Duration duration(String path, JsonNode value) {
    Matcher matcher = DURATION.matcher(value.asString(""));
    if (!matcher.matches() || matcher.group(1).matches("0+")) {
      throw wrong(path, "a duration such as 500ms, 30s, 10m or 2h", value);
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }

  /** A size in bytes, with binary units. */
  long bytes(String path, long otherwise) {
    return at(path)
        .map(
            it -> {
              Matcher matcher = SIZE.matcher(it.asString(""));
              if (!matcher.matches() || matcher.group(1).matches("0+")) {
                throw wrong(path, "a size such as 512KB or 32MB", it);
              }
              String unit = matcher.group(2) == null ? "B" : matcher.group(2);
              long bytes =
                  Long.parseLong(matcher.group(1)) << (10 * "BKMG".indexOf(unit.charAt(0)));
              if (bytes > (1L << 30)) {
                throw wrong(path, "at most 1GB", it);
              }
              return bytes;
            })
        .orElse(otherwise);
  }

  /** An amount of money, if there is one. */
  Optional<BigDecimal> amount(String path) {
    Optional<JsonNode> value = at(path);
    if (value.isPresent() && (!value.get().isNumber() || value.get().decimalValue().signum() < 0)) {
      throw wrong(path, "an amount in US dollars", value.get());
    }
    return value.map(JsonNode::decimalValue);
  }

  /** The constant of that name; names are written in lower case and with dashes. */
  <E extends Enum<E>> E choice(String path, Class<E> type, String given) {
    List<String> known = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      String wire = GatewayReader.wire(constant);
      if (wire.equals(given)) {
        return constant;
      }
      known.add(wire);
    }
    throw AppError.CONFIGURATION_INVALID.because(
        name
            + ": "
            + prefix
            + path
            + ": there is no '"
            + given
            + "'"
            + Spelling.nearest(given, known)
                .map(near -> ": did you mean '" + near + "'?")
                .orElse(": there are " + String.join(", ", known)));
  }

  RuntimeException wrong(String path, String expected, Object found) {
    return AppError.CONFIGURATION_INVALID.because(
        name + ": " + prefix + path + ": expected " + expected + ", found " + found);
  }
}
