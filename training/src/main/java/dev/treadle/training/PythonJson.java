package dev.treadle.training;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * JSON letter for letter as Python's {@code json.dumps} writes it: files that Hugging Face's
 * programs wrote stay comparable, and prompts with tools in them are the same text.
 *
 * @param indent blanks for each level; below zero: one line
 * @param sorted whether keys are put in order
 * @param ascii whether everything else is escaped
 * @param between stands between two entries
 * @param after stands after a key
 */
public record PythonJson(int indent, boolean sorted, boolean ascii, String between, String after) {
  /** How Hugging Face writes configurations. */
  public static final PythonJson FILE = new PythonJson(2, true, true, ",", ": ");

  /** What {@code json.dumps(value)} gives, except that letters are left as they are. */
  public static final PythonJson LINE = new PythonJson(-1, false, false, ", ", ": ");

  /** As text. */
  public String dumps(JsonNode value) {
    StringBuilder out = new StringBuilder();
    write(value, 0, out);
    return out.toString();
  }

  private void write(JsonNode it, int depth, StringBuilder out) {
    if (it.isObject()) {
      List<String> names = new ArrayList<>(it.propertyNames());
      if (sorted) {
        names.sort(null);
      }
      List<Runnable> entries = new ArrayList<>();
      for (String name : names) {
        entries.add(
            () -> {
              text(name, out);
              out.append(after);
              write(it.path(name), depth + 1, out);
            });
      }
      list('{', entries, '}', depth, out);
    } else if (it.isArray()) {
      List<Runnable> entries = new ArrayList<>();
      it.forEach(entry -> entries.add(() -> write(entry, depth + 1, out)));
      list('[', entries, ']', depth, out);
    } else if (it.isString()) {
      text(it.stringValue(), out);
    } else if (it.isIntegralNumber()) {
      out.append(it.bigIntegerValue());
    } else if (it.isNumber()) {
      out.append(number(it.doubleValue()));
    } else {
      out.append(it);
    }
  }

  private void list(char begin, List<Runnable> entries, char end, int depth, StringBuilder out) {
    out.append(begin);
    for (int i = 0; i < entries.size(); i++) {
      if (i > 0) {
        out.append(between);
      }
      line(depth + 1, out);
      entries.get(i).run();
    }
    if (!entries.isEmpty()) {
      line(depth, out);
    }
    out.append(end);
  }

  private void line(int depth, StringBuilder out) {
    if (indent >= 0) {
      out.append('\n').repeat(' ', depth * indent);
    }
  }

  private void text(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char it = text.charAt(i);
      switch (it) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (it < ' ' || (ascii && it > '~')) {
            out.append(String.format("\\u%04x", (int) it));
          } else {
            out.append(it);
          }
        }
      }
    }
    out.append('"');
  }

  /** A number as Python's {@code repr} writes it. */
  public static String number(double it) {
    if (Double.isNaN(it)) {
      return "NaN";
    }
    if (Double.isInfinite(it)) {
      return it > 0 ? "Infinity" : "-Infinity";
    }
    if (it == 0) {
      return 1 / it < 0 ? "-0.0" : "0.0";
    }
    BigDecimal exact = new BigDecimal(Double.toString(it)).stripTrailingZeros();
    int exponent = exact.precision() - exact.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      return exact.scale() <= 0 ? exact.toBigInteger() + ".0" : exact.toPlainString();
    }
    String digits = exact.unscaledValue().abs().toString();
    return (it < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + "e"
        + (exponent < 0 ? "-" : "+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }
}
