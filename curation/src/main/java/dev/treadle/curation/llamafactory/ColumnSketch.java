package dev.treadle.curation.llamafactory;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What Arrow would infer of a value seen in many rows: its kinds, the fields of its objects, the
 * elements of its lists. Mutable; one owner.
 *
 * <p>Arrow gives a column one type. Two kinds in one place stop the run, and an object gets the
 * fields of all its rows, with null where a row has none.
 */
final class ColumnSketch {
  /**
   * Fields an object may have before it is taken for a map with free keys and no longer filled up.
   */
  static final int MOST_FIELDS = 2_000;

  /** What Arrow takes for a moment of whole seconds; it tries nothing finer. */
  private static final Pattern TIMESTAMP =
      Pattern.compile(
          "\\d{4}-\\d\\d-\\d\\d(?:[ T](?:[01]\\d|2[0-3])(?::[0-5]\\d(?::[0-5]\\d)?)?(?:Z|[+-]\\d\\d(?::?\\d\\d)?)?)?");

  /** Kinds of JSON value that Arrow tells apart; whole numbers may become fractions. */
  enum Kind {
    TRUTH,
    WHOLE,
    FRACTION,
    TEXT,
    LIST,
    OBJECT
  }

  private final Map<String, ColumnSketch> fields = new LinkedHashMap<>();
  private @Nullable ColumnSketch elements;
  private @Nullable Kind kind;
  private @Nullable Kind otherKind;
  private boolean onlyTimestamps = true;

  /** Takes a value in. */
  void add(JsonNode value) {
    switch (value.getNodeType()) {
      case NULL, MISSING -> {}
      case BOOLEAN -> see(Kind.TRUTH);
      case NUMBER -> see(value.isFloatingPointNumber() ? Kind.FRACTION : Kind.WHOLE);
      case STRING, BINARY, POJO -> {
        see(Kind.TEXT);
        onlyTimestamps = onlyTimestamps && value.isString() && isTimestamp(value.stringValue());
      }
      case ARRAY -> {
        see(Kind.LIST);
        for (JsonNode element : value) {
          elements().add(element);
        }
      }
      case OBJECT -> {
        see(Kind.OBJECT);
        addFields(value);
      }
    }
  }

  private void addFields(JsonNode object) {
    for (var field : object.properties()) {
      ColumnSketch sketch = fields.get(field.getKey());
      if (sketch == null) {
        if (fields.size() >= MOST_FIELDS) {
          continue;
        }
        sketch = new ColumnSketch();
        fields.put(field.getKey(), sketch);
      }
      sketch.add(field.getValue());
    }
  }

  private static boolean isTimestamp(String text) {
    if (text.length() < 10 || text.charAt(4) != '-' || !TIMESTAMP.matcher(text).matches()) {
      return false;
    }
    try {
      LocalDate.parse(text.substring(0, 10));
      return true;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private void see(Kind seen) {
    if (kind == null || (kind == Kind.WHOLE && seen == Kind.FRACTION)) {
      kind = seen;
    } else if (kind != seen && !(kind == Kind.FRACTION && seen == Kind.WHOLE)) {
      otherKind = seen;
    }
  }

  Map<String, ColumnSketch> fields() {
    return fields;
  }

  ColumnSketch elements() {
    ColumnSketch there = elements;
    if (there == null) {
      there = new ColumnSketch();
      elements = there;
    }
    return there;
  }

  /** First kind seen; null where all values were null. */
  @Nullable Kind kind() {
    return kind;
  }

  /** A kind seen besides the first, which Arrow refuses. */
  @Nullable Kind otherKind() {
    return otherKind;
  }

  /**
   * Whether these are texts and all of them read as dates, which the reader of JSON lines turns
   * into dates.
   */
  boolean isTimestamps() {
    return kind == Kind.TEXT && onlyTimestamps;
  }

  /** Whether objects here are filled up with the fields of other rows. */
  boolean isFilledUp() {
    return fields.size() < MOST_FIELDS;
  }

  /** A copy that later rows do not change. */
  ColumnSketch copy() {
    ColumnSketch copy = new ColumnSketch();
    copy.kind = kind;
    copy.otherKind = otherKind;
    copy.onlyTimestamps = onlyTimestamps;
    fields.forEach((name, field) -> copy.fields.put(name, field.copy()));
    copy.elements = elements == null ? null : elements.copy();
    return copy;
  }
}
