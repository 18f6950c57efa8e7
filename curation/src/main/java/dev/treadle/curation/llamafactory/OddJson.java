package dev.treadle.curation.llamafactory;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Something in the JSON text of a row that readers treat differently, and the place it was seen at.
 */
record OddJson(Kind kind, String where) {

  /** What can be odd. */
  enum Kind {
    LONE_SURROGATE,
    DUPLICATE_KEY,
    /** Needs 64 bits without a sign: too long for Arrow's reader of lines, not for pandas. */
    LONG_NUMBER,
    /** Needs more than 64 bits. */
    WIDE_NUMBER,
    INFINITE_NUMBER,
    NOT_A_NUMBER
  }

  /** Whether the reader of this form of file takes it as it is. */
  boolean isHarmless(FileForm form) {
    return kind == Kind.LONG_NUMBER && form == FileForm.ARRAY;
  }

  /** What the reader of this form of file makes of it: an alteration, or the end of the run. */
  Alteration in(FileForm form) {
    return switch (form) {
      case ARRAY -> inArray();
      case LINES -> inLines();
    };
  }

  private Alteration inArray() {
    return switch (kind) {
      case LONE_SURROGATE ->
          altered(
              Reason.LONE_SURROGATE,
              "holds half a character (a lone surrogate), which vanishes; repair the text");
      case DUPLICATE_KEY ->
          altered(Reason.DUPLICATE_KEY, "is written twice and the last one counts; write it once");
      case NOT_A_NUMBER ->
          altered(Reason.NOT_A_NUMBER, "is not a number in JSON and becomes null; write null");
      case INFINITE_NUMBER ->
          altered(
              Reason.NUMBER_TOO_LARGE,
              "is larger than any number and is changed; write it as a text");
      case LONG_NUMBER -> throw new IllegalStateException("harmless in a list");
      case WIDE_NUMBER ->
          throw stops(
              Reason.NUMBER_TOO_LARGE, "has too many digits for the reader; write it as a text");
    };
  }

  private Alteration inLines() {
    return switch (kind) {
      case LONE_SURROGATE ->
          throw stops(
              Reason.LONE_SURROGATE, "holds half a character (a lone surrogate); repair the text");
      case DUPLICATE_KEY -> throw stops(Reason.DUPLICATE_KEY, "is written twice; write it once");
      case NOT_A_NUMBER ->
          altered(Reason.NOT_A_NUMBER, "is not JSON, though this reader takes it; write null");
      case INFINITE_NUMBER ->
          throw stops(Reason.NUMBER_TOO_LARGE, "is larger than any number; write it as a text");
      case LONG_NUMBER, WIDE_NUMBER ->
          altered(
              Reason.NUMBER_TOO_LARGE,
              "loses digits, as it becomes a fraction; write it as a text");
    };
  }

  private Alteration altered(Reason reason, String what) {
    return new Alteration(reason, "`%s` %s".formatted(where, what));
  }

  private PythonError stops(Reason reason, String what) {
    return new PythonError(reason, "`%s` %s".formatted(where, what));
  }

  /** Finds what can still be found in a value that is already parsed. */
  static List<OddJson> inValue(JsonNode value) {
    if (!isOdd(value)) {
      return List.of();
    }
    List<OddJson> found = new ArrayList<>();
    find(value, "row", found);
    return found;
  }

  /** The same question without the places, which cost more than the looking. */
  private static boolean isOdd(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> hasLoneSurrogate(value.stringValue());
      case NUMBER ->
          value.isFloatingPointNumber()
              ? !Double.isFinite(value.doubleValue())
              : value.isBigInteger();
      case ARRAY -> value.valueStream().anyMatch(OddJson::isOdd);
      case OBJECT ->
          value.properties().stream()
              .anyMatch(f -> hasLoneSurrogate(f.getKey()) || isOdd(f.getValue()));
      case NULL, MISSING, BOOLEAN, BINARY, POJO -> false;
    };
  }

  private static void find(JsonNode value, String where, List<OddJson> found) {
    switch (value.getNodeType()) {
      case STRING -> {
        if (hasLoneSurrogate(value.stringValue())) {
          found.add(new OddJson(Kind.LONE_SURROGATE, where));
        }
      }
      case NUMBER -> findInNumber(value, where, found);
      case ARRAY -> {
        int index = 0;
        for (JsonNode element : value) {
          find(element, "%s[%d]".formatted(where, index++), found);
        }
      }
      case OBJECT -> {
        for (var field : value.properties()) {
          String place = where.equals("row") ? field.getKey() : where + "." + field.getKey();
          if (hasLoneSurrogate(field.getKey())) {
            found.add(new OddJson(Kind.LONE_SURROGATE, where));
          }
          find(field.getValue(), place, found);
        }
      }
      case NULL, MISSING, BOOLEAN, BINARY, POJO -> {}
    }
  }

  private static void findInNumber(JsonNode number, String where, List<OddJson> found) {
    if (number.isFloatingPointNumber()) {
      double value = number.doubleValue();
      if (!Double.isFinite(value)) {
        found.add(
            new OddJson(Double.isNaN(value) ? Kind.NOT_A_NUMBER : Kind.INFINITE_NUMBER, where));
      }
    } else if (number.isBigInteger()) {
      found.add(new OddJson(kind(number.bigIntegerValue()), where));
    }
  }

  /** Kind of a whole number that does not fit 64 bits with a sign. */
  static Kind kind(BigInteger number) {
    return number.signum() > 0 && number.bitLength() <= 64 ? Kind.LONG_NUMBER : Kind.WIDE_NUMBER;
  }

  static boolean hasLoneSurrogate(String text) {
    char before = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isLowSurrogate(c) != Character.isHighSurrogate(before)) {
        return true;
      }
      before = c;
    }
    return Character.isHighSurrogate(before);
  }
}
