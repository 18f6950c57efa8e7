package dev.treadle.transcript;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads one JSON value in the order of its bytes, for whoever wants a few fields of a body that is
 * otherwise passed on as it came. It makes neither tokens nor a tree, and knows at which byte it
 * stands. Whatever it passes is checked to be JSON (RFC 8259) in the form of UTF-8, what it skips
 * too.
 *
 * <p>Written by hand, because it stands in the path of every call through the gateway: what it
 * accepts is what {@link Json} accepts, and the tests hold one against the other. For one thread.
 */
public final class JsonCursor {
  private static final int MAX_NAME = 1 << 16;
  private static final int MAX_NUMBER = 1000;
  private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
  private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};

  private final byte[] in;
  private final JsonText texts = new JsonText();

  /** Of each open container, a bit: whether it is an object. */
  private final long[] objects = new long[(Json.MAX_DEPTH >> 6) + 1];

  private int at;
  private int depth;

  /** Of the name that it went to, its opening quote and the place behind its closing one. */
  private int nameFrom;

  private int nameBehind;

  /** A container was opened, and nothing of it was read yet. */
  private boolean isFresh;

  /** At the first of these bytes. */
  JsonCursor(byte[] in) {
    this.in = in;
  }

  /** At the beginning of these bytes, behind a byte order mark if there is one. */
  public static JsonCursor of(byte[] json) {
    JsonCursor cursor = new JsonCursor(json);
    cursor.at = markLength(json);
    return cursor;
  }

  /** How many bytes the byte order mark takes with which these begin; 0 without one. */
  public static int markLength(byte[] json) {
    boolean isMarked =
        json.length > 2
            && json[0] == (byte) 0xef
            && json[1] == (byte) 0xbb
            && json[2] == (byte) 0xbf;
    return isMarked ? 3 : 0;
  }

  /** The byte at which it stands: of a value after {@link #kind}, behind it after reading it. */
  public int at() {
    return at;
  }

  /**
   * What the value here begins with, one of <code>{ [ " t f n</code>, and {@code 0} for a number;
   * anything else is none.
   */
  public char kind() {
    blanks();
    int c = here();
    return c == '-' || (c >= '0' && c <= '9') ? '0' : c < 0 ? '\0' : (char) c;
  }

  /** Goes into the object or array here; {@link #nextName} or {@link #nextElement} goes on. */
  public void enter() {
    char opening = kind();
    if (opening != '{' && opening != '[') {
      throw wrong("expected an object or an array");
    }
    at++;
    push(opening == '{');
  }

  /** To the value of the next field of this object; false behind its end. */
  public boolean nextName() {
    if (!isNextThere('}')) {
      return false;
    }
    passName();
    return true;
  }

  /** Whether the field that {@link #nextName} went to has this name, which is ASCII. */
  public boolean isNamed(String name) {
    int length = nameBehind - nameFrom - 2;
    if (length != name.length()) {
      return length > name.length() && isEscaped() && name().equals(name);
    }
    for (int i = 0; i < length; i++) {
      if (in[nameFrom + 1 + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private boolean isEscaped() {
    for (int i = nameFrom; i < nameBehind; i++) {
      if (in[i] == '\\') {
        return true;
      }
    }
    return false;
  }

  /** The name of the field that {@link #nextName} went to. */
  public String name() {
    return String.valueOf(texts.decode(in, nameFrom));
  }

  /** To the next value of this array; false behind its end. */
  public boolean nextElement() {
    return isNextThere(']');
  }

  /** The text here, which it passes. */
  public String text() {
    blanks();
    if (here() != '"') {
      throw wrong("expected a text");
    }
    return decode();
  }

  /**
   * Passes the text here if it is ASCII and nothing in it is escaped, so that its bytes are what it
   * says: gives the place of the first of them, the last being before the one before {@link #at}. A
   * negative number for any other text, which stays.
   */
  public int passPlain() {
    blanks();
    if (here() != '"') {
      return -1;
    }
    int from = at + 1;
    int behind = JsonText.behindPlain(in, from);
    if (behind == in.length || in[behind] != '"') {
      return -1;
    }
    at = behind + 1;
    return from;
  }

  /** The text here, or an empty one where there is none; passes the value either way. */
  public String textOrEmpty() {
    if (kind() == '"') {
      return decode();
    }
    skip();
    return "";
  }

  /** The number here as it is written, or an empty text for any other value, which it passes. */
  public String numberOrEmpty() {
    boolean isNumber = kind() == '0';
    int from = at;
    skip();
    return isNumber ? new String(in, from, at - from, StandardCharsets.ISO_8859_1) : "";
  }

  /** Passes the value here, whatever it is. */
  public void skip() {
    int outside = depth;
    pass();
    while (depth > outside) {
      if (isAnotherThere()) {
        pass();
      }
    }
  }

  /** The bytes of the value here, which it passes. */
  public byte[] bytes() {
    blanks();
    int from = at;
    skip();
    return Arrays.copyOfRange(in, from, at);
  }

  /** Passes the value here, and says whether it is {@code true}. */
  public boolean isTrue() {
    boolean isTrue = kind() == 't';
    skip();
    return isTrue;
  }

  /** Refuses anything but blanks behind the value. */
  public void end() {
    blanks();
    if (at != in.length) {
      throw wrong("something follows the value");
    }
  }

  /** Passes a scalar, or goes into a container. */
  private void pass() {
    switch (kind()) {
      case '"' -> passText();
      case '{', '[' -> enter();
      default -> scalar();
    }
  }

  /** In whatever container this is; false behind its end. */
  private boolean isAnotherThere() {
    if (((objects[depth >> 6] >>> depth) & 1) == 0) {
      return isNextThere(']');
    }
    return nextName();
  }

  /** To the next value or name before this closing bracket; false behind that. */
  boolean isNextThere(char closing) {
    blanks();
    int next = here();
    if (next == closing) {
      at++;
      depth--;
      isFresh = false;
      return false;
    }
    if (!isFresh) {
      if (next != ',') {
        throw wrong("expected a comma or the end of the " + (closing == '}' ? "object" : "array"));
      }
      at++;
      blanks();
    }
    isFresh = false;
    return true;
  }

  private void push(boolean isObject) {
    if (depth == Json.MAX_DEPTH) {
      throw wrong("it is nested deeper than " + Json.MAX_DEPTH);
    }
    depth++;
    long bit = 1L << depth;
    objects[depth >> 6] = isObject ? objects[depth >> 6] | bit : objects[depth >> 6] & ~bit;
    isFresh = true;
  }

  private void passName() {
    quote();
    nameFrom = at;
    passText();
    nameBehind = at;
    colon(nameFrom);
  }

  /** Refuses anything but a name here. */
  void quote() {
    if (here() != '"') {
      throw wrong("expected a name");
    }
  }

  /** From behind a name to its value. */
  void colon(int from) {
    if (at - from > MAX_NAME) {
      throw wrong("a name of more than " + MAX_NAME + " bytes");
    }
    blanks();
    if (here() != ':') {
      throw wrong("expected a colon");
    }
    at++;
    blanks();
  }

  private void passText() {
    int behind = JsonText.behind(in, at);
    if (behind < 0) {
      throw wrong(JsonText.WRONG_TEXT + ", or is not UTF-8");
    }
    at = behind;
  }

  private String decode() {
    String decoded = texts.decode(in, at);
    if (decoded == null) {
      throw wrong(JsonText.WRONG_TEXT);
    }
    if (!texts.isVerbatim() && JsonText.behind(in, at) < 0) {
      throw wrong("a text that is not UTF-8");
    }
    at = texts.end();
    return decoded;
  }

  /** Passes {@code true}, {@code false}, {@code null} or a number. */
  void scalar() {
    switch (here()) {
      case 't' -> literal(TRUE);
      case 'f' -> literal(FALSE);
      case 'n' -> literal(NULL);
      default -> number();
    }
  }

  private void literal(byte[] word) {
    int end = at + word.length;
    if (end > in.length || !Arrays.equals(in, at, end, word, 0, word.length)) {
      throw wrong("expected a value");
    }
    at = end;
  }

  private void number() {
    int from = at;
    if (here() == '-') {
      at++;
    }
    if (here() == '0') {
      at++;
    } else {
      digits();
    }
    if (here() == '.') {
      at++;
      digits();
    }
    if ((here() | 0x20) == 'e') {
      at++;
      if (here() == '+' || here() == '-') {
        at++;
      }
      digits();
    }
    if (at - from > MAX_NUMBER) {
      throw wrong("a number of more than " + MAX_NUMBER + " characters");
    }
  }

  private void digits() {
    int from = at;
    while (at < in.length && in[at] >= '0' && in[at] <= '9') {
      at++;
    }
    if (at == from) {
      throw wrong("expected a value");
    }
  }

  /** Goes on there. */
  void moveTo(int byteAt) {
    at = byteAt;
  }

  void blanks() {
    while (at < in.length) {
      byte c = in[at];
      if (c > ' ' || (c != ' ' && c != '\n' && c != '\r' && c != '\t')) {
        return;
      }
      at++;
    }
  }

  /** The byte here; negative at the end, and where it is no ASCII. */
  int here() {
    return at < in.length ? in[at] : -1;
  }

  TreadleException wrong(String what) {
    return new TreadleException(
        TranscriptError.NOT_JSON, "not JSON: " + what + " (at byte " + at + ")");
  }
}
