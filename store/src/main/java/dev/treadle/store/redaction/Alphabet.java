package dev.treadle.store.redaction;

/** A set of ASCII characters that a part of a secret is written in. */
enum Alphabet {
  DIGIT("0-9"),
  LETTER("a-zA-Z"),
  LOWER_HEX("0-9a-f"),
  HEX("0-9a-fA-F"),
  ALNUM("0-9a-zA-Z"),
  UPPER_ALNUM("0-9A-Z"),
  /** Characters of GB 32100: digits and capitals without I, O, S, V, Z. */
  CREDIT("0-9A-HJ-NPQRTUWXY"),
  WORD("0-9a-zA-Z_"),
  URL64("0-9a-zA-Z_-"),
  BASE64("0-9a-zA-Z+/"),
  HEX_COLON("0-9a-fA-F:"),
  /**
   * The unquoted local part of an e-mail address, with the per cent sign of old routes and of URL
   * escapes.
   */
  LOCAL("0-9a-zA-Z._%+-"),
  DOMAIN("0-9a-zA-Z.-"),
  /**
   * An assigned value without quotes: it ends at white space, quotes, brackets of tags, list
   * separators and escapes.
   */
  VALUE("0-9a-zA-Z!#$%()*+./:=?@[]^_{}|~-"),
  /** What a user name and a password in a URL are written in, up to and with the at sign. */
  USER_INFO("0-9a-zA-Z!$%&()*+,.:;=^_~{}|@-");

  private static final int[] MASKS = new int[128];

  static {
    for (Alphabet alphabet : values()) {
      alphabet.fill();
    }
  }

  private final String ranges;
  private final int bit = 1 << index();

  Alphabet(String ranges) {
    this.ranges = ranges;
  }

  /** Its place in tables with one entry an alphabet. */
  @SuppressWarnings("EnumOrdinal") // Of one run only: it is never kept.
  int index() {
    return ordinal();
  }

  boolean has(char c) {
    return c < 128 && (MASKS[c] & bit) != 0;
  }

  private void fill() {
    for (int i = 0; i < ranges.length(); i++) {
      char first = ranges.charAt(i);
      char last = first;
      if (i + 2 < ranges.length() && ranges.charAt(i + 1) == '-') {
        last = ranges.charAt(i + 2);
        i += 2;
      }
      for (char c = first; c <= last; c++) {
        MASKS[c] |= bit;
      }
    }
  }
}
