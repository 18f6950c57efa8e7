package dev.treadle.training.template;

import dev.treadle.training.TrainingError;
import dev.treadle.transcript.TreadleException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parts a template into tokens. White space around tags is treated as Jinja does with {@code
 * trim_blocks} and {@code lstrip_blocks}, which is how Hugging Face sets it.
 */
final class Lexer {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern NUMBER = Pattern.compile("\\d+(?:_\\d+)*(\\.\\d+)?([eE][+-]?\\d+)?");
  private static final List<String> OPERATORS =
      List.of(
          "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{",
          "}", ">", "<", "=", ".", ":", "|", ",", ";");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;

  /** Whether the last tag ended together with its line. */
  private boolean isLineBegun = true;

  private Lexer(String source) {
    this.source = source;
  }

  static List<Token> tokens(String template) {
    String source = template.replace("\r\n", "\n").replace('\r', '\n');
    if (source.endsWith("\n")) {
      source = source.substring(0, source.length() - 1);
    }
    return new Lexer(source).read();
  }

  private List<Token> read() {
    while (at < source.length()) {
      int tag = nextTag();
      if (tag < 0) {
        output(source.substring(at));
        at = source.length();
      } else {
        tag(tag);
      }
    }
    tokens.add(new Token(Token.Kind.END, "the end", line));
    return tokens;
  }

  private int nextTag() {
    for (int i = source.indexOf('{', at);
        i >= 0 && i + 1 < source.length();
        i = source.indexOf('{', i + 1)) {
      char next = source.charAt(i + 1);
      if (next == '{' || next == '%' || next == '#') {
        return i;
      }
    }
    return -1;
  }

  private void tag(int begin) {
    char kind = source.charAt(begin + 1);
    char sign = begin + 2 < source.length() ? source.charAt(begin + 2) : ' ';
    String before = source.substring(at, begin);
    if (sign == '-') {
      before = stripEnd(before);
    } else if (sign != '+' && kind != '{') {
      int lineBegin = before.lastIndexOf('\n') + 1;
      if ((lineBegin > 0 || isLineBegun) && isBlank(before, lineBegin)) {
        before = before.substring(0, lineBegin);
      }
    }
    output(before);
    count(at + before.length(), begin);
    at = begin + (sign == '-' || sign == '+' ? 3 : 2);
    switch (kind) {
      case '#' -> comment();
      case '%' -> inside(Token.Kind.BLOCK_BEGIN, Token.Kind.BLOCK_END, "%}");
      default -> inside(Token.Kind.PRINT_BEGIN, Token.Kind.PRINT_END, "}}");
    }
  }

  private void output(String text) {
    if (!text.isEmpty()) {
      tokens.add(new Token(Token.Kind.OUTPUT, text, line));
      count(0, text);
    }
  }

  private void comment() {
    int end = source.indexOf("#}", at);
    if (end < 0) {
      throw invalid("a comment has no end");
    }
    char sign = end > at ? source.charAt(end - 1) : ' ';
    count(at, end);
    at = end + 2;
    closed(sign, true);
  }

  /** What white space goes with a tag that ended. */
  private void closed(char sign, boolean trimsLine) {
    int from = at;
    if (sign == '-') {
      while (at < source.length() && isSpace(source.charAt(at))) {
        at++;
      }
    } else if (sign != '+' && trimsLine && at < source.length() && source.charAt(at) == '\n') {
      at++;
    }
    isLineBegun = at > from && source.charAt(at - 1) == '\n';
    count(from, at);
  }

  private void inside(Token.Kind begin, Token.Kind end, String closing) {
    tokens.add(new Token(begin, closing, line));
    Deque<Character> open = new ArrayDeque<>();
    while (true) {
      while (at < source.length() && isSpace(source.charAt(at))) {
        count(at, at + 1);
        at++;
      }
      if (at >= source.length()) {
        throw invalid("a tag has no end");
      }
      char it = source.charAt(at);
      boolean isSigned = (it == '-' || it == '+') && source.startsWith(closing, at + 1);
      if (open.isEmpty() && (isSigned || source.startsWith(closing, at))) {
        tokens.add(new Token(end, closing, line));
        at += isSigned ? 3 : 2;
        closed(isSigned ? it : ' ', closing.equals("%}"));
        return;
      }
      token(open);
    }
  }

  private void token(Deque<Character> open) {
    char it = source.charAt(at);
    if (it == '\'' || it == '"') {
      string(it);
      return;
    }
    Matcher name = NAME.matcher(source).region(at, source.length());
    if (name.lookingAt()) {
      add(Token.Kind.NAME, name.group());
      return;
    }
    Matcher number = NUMBER.matcher(source).region(at, source.length());
    if (number.lookingAt()) {
      boolean isReal = number.group(1) != null || number.group(2) != null;
      add(isReal ? Token.Kind.REAL : Token.Kind.WHOLE, number.group());
      return;
    }
    for (String operator : OPERATORS) {
      if (source.startsWith(operator, at)) {
        balance(operator, open);
        add(Token.Kind.OPERATOR, operator);
        return;
      }
    }
    throw invalid("an unexpected '" + it + "'");
  }

  private void balance(String operator, Deque<Character> open) {
    switch (operator) {
      case "(" -> open.push(')');
      case "[" -> open.push(']');
      case "{" -> open.push('}');
      case ")", "]", "}" -> {
        if (open.isEmpty() || open.pop() != operator.charAt(0)) {
          throw invalid("an unexpected '" + operator + "'");
        }
      }
      default -> {}
    }
  }

  private void add(Token.Kind kind, String text) {
    tokens.add(new Token(kind, text, line));
    at += text.length();
  }

  private void string(char quote) {
    int from = at;
    StringBuilder text = new StringBuilder();
    at++;
    while (at < source.length() && source.charAt(at) != quote) {
      char it = source.charAt(at);
      at++;
      if (it != '\\') {
        text.append(it);
      } else if (at < source.length()) {
        escape(text);
      }
    }
    if (at >= source.length()) {
      throw invalid("a text has no end");
    }
    at++;
    tokens.add(new Token(Token.Kind.STRING, text.toString(), line));
    count(from, at);
  }

  private void escape(StringBuilder text) {
    char it = source.charAt(at);
    at++;
    switch (it) {
      case 'n' -> text.append('\n');
      case 't' -> text.append('\t');
      case 'r' -> text.append('\r');
      case 'b' -> text.append('\b');
      case 'f' -> text.append('\f');
      case '\\', '\'', '"' -> text.append(it);
      case '\n' -> {}
      case 'x' -> code(2, text);
      case 'u' -> code(4, text);
      case 'U' -> code(8, text);
      default -> {
        if ((it >= '0' && it <= '9') || it == 'a' || it == 'v' || it == 'N') {
          throw unsupported("the escape \\" + it);
        }
        text.append('\\').append(it);
      }
    }
  }

  private void code(int digits, StringBuilder text) {
    try {
      text.appendCodePoint(Integer.parseInt(source.substring(at, at + digits), 16));
      at += digits;
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw TrainingError.TEMPLATE_INVALID.because(
          "the chat template, line " + line + ": an escape that is none", e);
    }
  }

  private void count(int from, int to) {
    for (int i = from; i < to; i++) {
      line += source.charAt(i) == '\n' ? 1 : 0;
    }
  }

  private void count(int from, String text) {
    for (int i = from; i < text.length(); i++) {
      line += text.charAt(i) == '\n' ? 1 : 0;
    }
  }

  private static boolean isBlank(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      if (!isSpace(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static String stripEnd(String text) {
    int end = text.length();
    while (end > 0 && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  /** What Python takes for white space. */
  static boolean isSpace(int it) {
    return Character.isWhitespace(it) || Character.isSpaceChar(it) || it == 0x85;
  }

  private TreadleException invalid(String what) {
    return TrainingError.TEMPLATE_INVALID.because(
        "the chat template is not valid, line " + line + ": " + what);
  }

  private TreadleException unsupported(String what) {
    return TrainingError.TEMPLATE_UNSUPPORTED.because(
        "the chat template uses what is not supported, line " + line + ": " + what);
  }
}
