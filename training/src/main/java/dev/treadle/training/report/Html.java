package dev.treadle.training.report;

/** Texts from outside as HTML. */
final class Html {
  private Html() {}

  /**
   * A text that is shown and never understood: markup is escaped. And nothing is hidden: what
   * controls a terminal, or turns the direction of writing, is shown by its number.
   */
  static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            it -> {
              switch (it) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> {
                  if (isHidden(it)) {
                    out.append(String.format("\\u%04x", it));
                  } else {
                    out.appendCodePoint(it);
                  }
                }
              }
            });
    return out.toString();
  }

  private static boolean isHidden(int it) {
    return switch (Character.getType(it)) {
      case Character.CONTROL -> it != '\n' && it != '\t';
      case Character.FORMAT, Character.SURROGATE -> true;
      default -> false;
    };
  }
}
