package dev.treadle.gateway;

/**
 * Texts as they may stand in a header: a model's name comes from the client, and neither a line
 * break nor anything but ASCII may.
 */
final class HeaderText {
  private static final int LONGEST = 1000;

  private HeaderText() {}

  /** That text, cut where it is too long, with a question mark for what cannot stand there. */
  static String printable(String text) {
    if (text.length() <= LONGEST && isPrintable(text)) {
      return text;
    }
    StringBuilder clean = new StringBuilder(text.length());
    for (int i = 0; i < Math.min(text.length(), LONGEST); i++) {
      char c = text.charAt(i);
      clean.append(isPrintable(c) ? c : '?');
    }
    return clean.toString();
  }

  private static boolean isPrintable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isPrintable(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPrintable(char c) {
    return c >= ' ' && c < 0x7f;
  }
}
