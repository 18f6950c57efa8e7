package dev.treadle.transcript;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Reads fields of a tree; every complaint is an IllegalArgumentException that names the field. */
final class JsonFields {
  private static final int NANO_PLACES = 6;
  private static final BigDecimal LONGEST_MILLIS = BigDecimal.valueOf(Long.MAX_VALUE / 1_000_000);

  private JsonFields() {}

  static String text(JsonNode node, String field) {
    return optional(node, field)
        .orElseThrow(() -> new IllegalArgumentException("field " + field + ": expected a text"));
  }

  static Optional<String> optional(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
  }

  static List<String> texts(JsonNode node, String field) {
    List<String> texts = new ArrayList<>();
    node.path(field).forEach(text -> texts.add(text.asString("")));
    return texts;
  }

  static Instant time(JsonNode node, String field) {
    String text = text(node, field);
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "field " + field + ": expected ISO 8601 such as 2026-11-20T08:00:00Z, not '" + text + "'",
          e);
    }
  }

  /** Milliseconds with decimals, exact to the nanosecond. */
  static Optional<Duration> millis(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isNumber()) {
      return Optional.empty();
    }
    BigDecimal millis = value.decimalValue();
    if (millis.abs().compareTo(LONGEST_MILLIS) > 0) {
      throw new IllegalArgumentException("field " + field + ": no such time: " + value);
    }
    return Optional.of(
        Duration.ofNanos(
            millis.movePointRight(NANO_PLACES).setScale(0, RoundingMode.HALF_UP).longValueExact()));
  }
}
