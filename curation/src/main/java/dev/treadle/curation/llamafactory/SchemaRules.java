package dev.treadle.curation.llamafactory;

import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What Arrow refuses about the rows of a dataset taken together. */
final class SchemaRules {
  private SchemaRules() {}

  static void check(ColumnSketch columns, ColumnSketch firstTable, Tallies tallies) {
    mixed(columns, "", tallies);
    late(columns, firstTable, "", tallies);
  }

  private static void mixed(ColumnSketch sketch, String path, Tallies tallies) {
    if (sketch.otherKind() != null) {
      tallies.fail(
          Reason.MIXED_TYPES,
          "`%s` is %s in one row and %s in another, and a column has one type; write one of them everywhere"
              .formatted(path, name(sketch.kind()), name(sketch.otherKind())));
      return;
    }
    sketch.fields().forEach((field, inner) -> mixed(inner, join(path, field), tallies));
    if (sketch.kind() == ColumnSketch.Kind.LIST) {
      mixed(sketch.elements(), path + "[]", tallies);
    }
  }

  private static void late(ColumnSketch all, ColumnSketch first, String path, Tallies tallies) {
    if (first.kind() == null && all.kind() != null) {
      tallies.fail(
          Reason.LATE_VALUE,
          "`%s` is null throughout the first 10 MiB (or the first file) and has values later, which cannot be joined;"
                  .formatted(path)
              + " write a value early or split the file");
      return;
    }
    for (var field : all.fields().entrySet()) {
      ColumnSketch early = first.fields().get(field.getKey());
      String place = join(path, field.getKey());
      if (early == null) {
        tallies.fail(
            Reason.LATE_FIELD,
            "`%s` first appears behind the first 10 MiB (or the first file), which cannot be joined; write it in"
                    .formatted(place)
                + " the first row, null at least");
        continue;
      }
      late(field.getValue(), early, place, tallies);
    }
    if (all.kind() == ColumnSketch.Kind.LIST) {
      late(all.elements(), first.elements(), path + "[]", tallies);
    }
  }

  /**
   * The reader of JSON lines turns a column of dates into dates, which no converter can join to a
   * text.
   */
  static void checkTimestamps(ColumnSketch columns, DatasetEntry entry, Tallies tallies) {
    Columns names = entry.columns();
    Stream.of(
            names.prompt(),
            names.query(),
            names.response(),
            names.system(),
            names.tools(),
            names.chosen(),
            names.rejected())
        .filter(Objects::nonNull)
        .forEach(
            name -> checkTimestamps(columns.fields().get(name), String.valueOf(name), tallies));
    ColumnSketch messages = columns.fields().get(String.valueOf(names.messages()));
    if (messages != null && entry.formatting() != Formatting.ALPACA) {
      String content = String.valueOf(entry.tags().content());
      String place = names.messages() + "[]." + content;
      checkTimestamps(messages.elements().fields().get(content), place, tallies);
    }
  }

  private static void checkTimestamps(
      @Nullable ColumnSketch sketch, String place, Tallies tallies) {
    if (sketch != null && sketch.isTimestamps()) {
      tallies.fail(
          Reason.TIMESTAMP_COLUMN,
          "every `%s` reads as a date, so the reader of JSON lines makes dates of them; write one JSON list instead"
              .formatted(place));
    }
  }

  private static String join(String path, String field) {
    return path.isEmpty() ? field : path + "." + field;
  }

  private static String name(ColumnSketch.@Nullable Kind kind) {
    return switch (kind) {
      case null -> "null";
      case TRUTH -> "true or false";
      case WHOLE, FRACTION -> "a number";
      case TEXT -> "a text";
      case LIST -> "a list";
      case OBJECT -> "an object";
    };
  }
}
