package dev.treadle.store.redaction;

/**
 * An opening quote at some depth of escaping: {@code "}, {@code \"}, {@code \\\"}, a quote as a
 * JSON escape, an HTML entity. Its closing quote is written in the same way. {@code end} is where
 * the text after it starts; without a quote, where it would start.
 */
record Quote(int start, int end, char mark, int escapes) {
  private static final int MAX_VALUE = 1024;
  private static final int MAX_ESCAPES = 16;
  private static final String[] ENTITIES = {
    "&quot;", "&#34;", "&#39;", "\\u0022", "\\u0027", "%22", "“", "”", "「", "『", "‘"
  };

  private static final String[] NO_ENTITIES = {};

  boolean isPresent() {
    return end > start;
  }

  static Quote at(Subject subject, int from) {
    int i = from;
    char prefix = subject.at(i);
    if ("rbfuLR@".indexOf(prefix) >= 0 && (subject.at(i + 1) == '"' || subject.at(i + 1) == '\'')) {
      i++;
    }
    int escapes = 0;
    while (subject.at(i + escapes) == '\\' && escapes < MAX_ESCAPES) {
      escapes++;
    }
    char mark = subject.at(i + escapes);
    if (mark == '"' || mark == '\'' || (mark == '`' && escapes == 0)) {
      return new Quote(from, i + escapes + 1, mark, escapes);
    }
    if (mark == 'u'
        && escapes > 0
        && (subject.starts("0022", i + escapes + 1) || subject.starts("0027", i + escapes + 1))) {
      return new Quote(from, i + escapes + 5, 'u', escapes);
    }
    boolean plain = mark < 128 && mark != '&' && mark != '%' && escapes == 0;
    for (String entity : plain ? NO_ENTITIES : ENTITIES) {
      if (subject.starts(entity, i)) {
        return new Quote(from, i + entity.length(), entity.charAt(0), 0);
      }
    }
    return new Quote(from, from, (char) 0, 0);
  }

  /**
   * Where the value that starts at {@code from} ends, or -1 when the line or the limit comes first.
   */
  int closing(Subject subject, int from) {
    int stop = Math.min(subject.length(), from + MAX_VALUE);
    int slashes = 0;
    for (int i = from; i < stop; i++) {
      char c = subject.at(i);
      if (c == '\\') {
        slashes++;
        continue;
      }
      if (c == '\n' || c == '\r') {
        return -1;
      }
      if (isMark(subject, c, i) && closes(slashes)) {
        return i - (escapes == 0 ? 0 : Math.min(slashes, escapes));
      }
      slashes = 0;
    }
    return -1;
  }

  private boolean isMark(Subject subject, char c, int i) {
    return switch (mark) {
      case 'u' -> c == 'u' && subject.starts("002", i + 1);
      case '&' -> c == '&';
      case '%' -> subject.starts("%22", i);
      case '“', '”' -> c == '”' || c == '“';
      case '「' -> c == '」';
      case '『' -> c == '』';
      case '‘' -> c == '’';
      default -> c == mark;
    };
  }

  private boolean closes(int slashes) {
    return escapes == 0 ? slashes % 2 == 0 : slashes <= escapes;
  }
}
