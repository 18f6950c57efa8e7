package dev.treadle.app.command;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Prints rows in columns; numbers to the right. Wide characters count two columns. */
final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  Table row(Object... cells) {
    List<String> row = new ArrayList<>(cells.length);
    for (Object cell : cells) {
      row.add(cell instanceof Long number ? String.format("%,d", number) : String.valueOf(cell));
    }
    rows.add(row);
    return this;
  }

  void print(PrintStream out, String indent) {
    List<Integer> widths = new ArrayList<>();
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        int width = width(row.get(i));
        if (i == widths.size()) {
          widths.add(width);
        } else if (i < row.size() - 1 || isNumber(row.get(i))) {
          widths.set(i, Math.max(widths.get(i), width));
        }
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder(indent);
      for (int i = 0; i < row.size(); i++) {
        String cell = row.get(i);
        String padding = " ".repeat(Math.max(0, widths.get(i) - width(cell)));
        line.append(isNumber(cell) ? padding + cell : cell + (i == row.size() - 1 ? "" : padding));
        line.append(i == row.size() - 1 ? "" : "  ");
      }
      out.println(line);
    }
  }

  private static boolean isNumber(String cell) {
    return !cell.isEmpty() && cell.chars().allMatch(it -> (it >= '0' && it <= '9') || it == ',');
  }

  static int width(String text) {
    int width = 0;
    for (int i = 0; i < text.length(); i++) {
      char it = text.charAt(i);
      width +=
          it >= 0x1100
                  && (it <= 0x115F
                      || (it >= 0x2E80 && it <= 0xD7A3)
                      || (it >= 0xF900 && it <= 0xFAFF)
                      || (it >= 0xFE30 && it <= 0xFE6F)
                      || (it >= 0xFF00 && it <= 0xFF60))
              ? 2
              : 1;
    }
    return width;
  }
}
