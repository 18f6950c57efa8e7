package dev.treadle.transcript.dialect;

/** Tells, fragment by fragment, when a JSON object or array is complete. */
final class JsonProgress {
  private int depth;
  private boolean isInText;
  private boolean isEscaped;
  private boolean hasOpened;

  void add(String fragment) {
    for (int i = 0; i < fragment.length(); i++) {
      add(fragment.charAt(i));
    }
  }

  private void add(char it) {
    if (isEscaped) {
      isEscaped = false;
    } else if (isInText) {
      isEscaped = it == '\\';
      isInText = it != '"';
    } else if (it == '"') {
      isInText = true;
    } else if (it == '{' || it == '[') {
      depth++;
      hasOpened = true;
    } else if (it == '}' || it == ']') {
      depth--;
    }
  }

  boolean isComplete() {
    return hasOpened && depth <= 0;
  }
}
