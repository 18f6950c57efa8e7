package dev.treadle.curation.llamafactory;

import java.math.BigDecimal;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON as Python's {@code json} module reads and writes it, and Python's idea of truth. */
final class PythonJson {
  private static final int SHORT_FORM_LENGTH = 60;

  /** Takes what {@code json.loads} takes, NaN included; refuses trailing text. */
  private static final JsonMapper READER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(900)
                          .maxNumberLength(4_300)
                          .maxStringLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private PythonJson() {}

  /** Parses a text, or throws {@link JacksonException} where Python would throw a decode error. */
  static JsonNode loads(String text) throws JacksonException {
    return READER.readTree(text);
  }

  /** Writes a value as {@code json.dumps(value, ensure_ascii=False)} does. */
  static String dumps(JsonNode value) {
    StringBuilder out = new StringBuilder();
    write(value, out);
    return out.toString();
  }

  /** A value in a few characters, for messages. */
  static String shortForm(JsonNode value) {
    if (value.isMissingNode()) {
      return "absent";
    }
    String text = dumps(value);
    if (text.length() <= SHORT_FORM_LENGTH) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(SHORT_FORM_LENGTH - 1)) ? 1 : 0;
    return text.substring(0, SHORT_FORM_LENGTH - end) + "…";
  }

  /** Python's {@code bool(value)}. */
  static boolean isTrue(JsonNode value) {
    return switch (value.getNodeType()) {
      case NULL, MISSING -> false;
      case BOOLEAN -> value.booleanValue();
      case NUMBER -> value.doubleValue() != 0;
      case STRING -> !value.stringValue().isEmpty();
      case ARRAY, OBJECT -> !value.isEmpty();
      case BINARY, POJO -> true;
    };
  }

  private static void write(JsonNode value, StringBuilder out) {
    switch (value.getNodeType()) {
      case OBJECT -> writeObject(value, out);
      case ARRAY -> writeArray(value, out);
      case STRING -> writeString(value.stringValue(), out);
      case NUMBER ->
          out.append(
              value.isFloatingPointNumber() ? number(value.doubleValue()) : value.asString());
      case BOOLEAN -> out.append(value.booleanValue());
      case NULL, MISSING -> out.append("null");
      case BINARY, POJO -> writeString(value.asString(), out);
    }
  }

  private static void writeObject(JsonNode object, StringBuilder out) {
    String separator = "{";
    for (var field : object.properties()) {
      out.append(separator);
      writeString(field.getKey(), out);
      out.append(": ");
      write(field.getValue(), out);
      separator = ", ";
    }
    out.append(object.isEmpty() ? "{}" : "}");
  }

  private static void writeArray(JsonNode array, StringBuilder out) {
    String separator = "[";
    for (JsonNode element : array) {
      out.append(separator);
      write(element, out);
      separator = ", ";
    }
    out.append(array.isEmpty() ? "[]" : "]");
  }

  private static void writeString(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < ' ') {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  /**
   * Python's {@code repr(float)}: plain digits from 1e-4 up to 1e16, else an exponent of two digits
   * or more.
   */
  private static String number(double value) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
    }
    double size = Math.abs(value);
    if (size != 0 && (size >= 1e16 || size < 1e-4)) {
      return exponentForm(Double.toString(value));
    }
    String text = Double.toString(value);
    if (text.indexOf('E') < 0) {
      return text;
    }
    String plain = new BigDecimal(text).toPlainString();
    return plain.indexOf('.') < 0 ? plain + ".0" : plain;
  }

  private static String exponentForm(String java) {
    int e = java.indexOf('E');
    String mantissa = java.substring(0, e);
    if (mantissa.endsWith(".0")) {
      mantissa = mantissa.substring(0, mantissa.length() - 2);
    }
    int exponent = Integer.parseInt(java.substring(e + 1));
    return mantissa
        + (exponent < 0 ? "e-" : "e+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }
}
