package dev.treadle.measure.score;

import java.util.Map;
import java.util.Set;

/** Rewrites the LaTeX that answers are written in as plain expressions. Linear in the text. */
final class Latex {
  private static final int MOST_DEPTH = 40;
  private static final int LONGEST_WRITTEN_TWICE = 40;
  private static final Map<String, String> SIGNS =
      Map.ofEntries(
          Map.entry("cdot", "*"),
          Map.entry("times", "*"),
          Map.entry("div", "/"),
          Map.entry("pm", "±"),
          Map.entry("mp", "±"),
          Map.entry("pi", "π"),
          Map.entry("infty", "∞"),
          Map.entry("le", "≤"),
          Map.entry("leq", "≤"),
          Map.entry("leqslant", "≤"),
          Map.entry("ge", "≥"),
          Map.entry("geq", "≥"),
          Map.entry("geqslant", "≥"),
          Map.entry("lt", "<"),
          Map.entry("gt", ">"),
          Map.entry("ne", "≠"),
          Map.entry("neq", "≠"),
          Map.entry("cup", "∪"),
          Map.entry("cap", "∩"),
          Map.entry("in", "∈"),
          Map.entry("emptyset", "∅"),
          Map.entry("varnothing", "∅"),
          Map.entry("circ", "°"),
          Map.entry("degree", "°"),
          Map.entry("approx", "≈"),
          Map.entry("to", "→"),
          Map.entry("alpha", "α"),
          Map.entry("beta", "β"),
          Map.entry("gamma", "γ"),
          Map.entry("delta", "δ"),
          Map.entry("theta", "θ"),
          Map.entry("lambda", "λ"),
          Map.entry("mu", "μ"),
          Map.entry("phi", "φ"),
          Map.entry("omega", "ω"),
          Map.entry("vert", "|"),
          Map.entry("mid", "|"),
          Map.entry("lbrace", "{"),
          Map.entry("rbrace", "}"),
          Map.entry("euro", "€"));
  private static final Set<String> LEFT_OUT =
      Set.of(
          "left",
          "right",
          "displaystyle",
          "textstyle",
          "big",
          "Big",
          "bigl",
          "bigr",
          "limits",
          "boldsymbol",
          "quad",
          "qquad",
          "bigg",
          "Bigg");
  private static final Set<String> WORDS =
      Set.of(
          "text",
          "textbf",
          "textit",
          "mathrm",
          "mathbf",
          "mathit",
          "mathsf",
          "operatorname",
          "mbox",
          "boxed",
          "fbox",
          "textrm",
          "rm",
          "hbox",
          "underline",
          "overline");

  private final String text;
  private final StringBuilder out;
  private int at;

  private Latex(String text) {
    this.text = text;
    this.out = new StringBuilder(text.length());
  }

  /** The same without commands; what has no plain form is left as its name. */
  static String plain(String text) {
    boolean isPlain =
        text.indexOf('\\') < 0
            && text.indexOf('$') < 0
            && text.indexOf('^') < 0
            && !text.contains("{,}");
    if (isPlain) {
      return text;
    }
    Latex reader = new Latex(text);
    while (reader.at < text.length()) {
      reader.one(0);
    }
    return reader.out.toString();
  }

  private void one(int depth) {
    char c = text.charAt(at);
    if (c == '\\') {
      command(depth);
    } else if (c == '$') {
      dollar();
    } else if (text.startsWith("{,}", at)) {
      out.append(','); // 1{,}000: no blank behind the comma.
      at += 3;
    } else if (c == '~') {
      out.append(' ');
      at++;
    } else if (c == '^' && at + 1 < text.length() && text.charAt(at + 1) == '{') {
      at++;
      raised(argument(depth));
    } else if (c == '^' && text.startsWith("^\\circ", at)) {
      out.append('°');
      at += 6;
    } else if (c == '_' && at + 1 < text.length() && text.charAt(at + 1) == '{') {
      at++;
      String index = argument(depth).strip();
      out.append('_').append(index.indexOf('=') < 0 ? index : "(" + index + ")");
    } else {
      out.append(c);
      at++;
    }
  }

  private void raised(String exponent) {
    if (exponent.strip().equals("°")) {
      out.append('°');
    } else {
      out.append("^(").append(exponent).append(')');
    }
  }

  /** A dollar before digits, with no other behind them, is money; else it marks mathematics. */
  private void dollar() {
    boolean isMoney =
        at + 1 < text.length()
            && Character.isDigit(text.charAt(at + 1))
            && text.indexOf('$', at + 1) < 0;
    out.append(isMoney && !isOpen() ? "$" : " ");
    at++;
  }

  /** Whether an odd number of dollars stands before. */
  private boolean isOpen() {
    int before = 0;
    for (int i = 0; i < at; i++) {
      before += text.charAt(i) == '$' && (i == 0 || text.charAt(i - 1) != '\\') ? 1 : 0;
    }
    return before % 2 == 1;
  }

  private void command(int depth) {
    int end = at + 1;
    while (end < text.length() && isLetter(text.charAt(end))) {
      end++;
    }
    String name = text.substring(at + 1, end);
    if (name.isEmpty()) {
      sign();
      return;
    }
    at = end;
    switch (name) {
      case "frac", "dfrac", "tfrac", "cfrac" -> fraction(depth);
      case "sqrt" -> root(depth);
      case "binom", "dbinom", "tbinom" -> binomial(depth);
      case "mathbb" -> {
        String letter = argument(depth).strip();
        out.append(letter.equals("R") ? " all real numbers " : letter);
      }
      case "begin", "end" -> out.append(name).append(' ').append(argument(depth)).append(' ');
      default -> {
        String sign = SIGNS.get(name);
        if (sign != null) {
          out.append(sign);
        } else if (WORDS.contains(name)) {
          out.append(' ').append(argument(depth)).append(' ');
        } else if (!LEFT_OUT.contains(name)) {
          out.append(' ').append(name).append(' ');
        }
      }
    }
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private void sign() {
    char next = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
    at += 2;
    switch (next) {
      case '!' -> {}
      case ',', ';', ':', ' ', '(', ')', '[', ']' -> out.append(' ');
      case '\\' -> out.append(" ; ");
      default -> out.append(next); // \% \$ \{ \} \_ \&
    }
  }

  private void fraction(int depth) {
    String up = argument(depth);
    String down = argument(depth);
    if (!out.isEmpty() && out.charAt(out.length() - 1) == '又') {
      out.setLength(out.length() - 1);
    }
    boolean isMixed =
        !out.isEmpty()
            && Character.isDigit(out.charAt(out.length() - 1))
            && isWhole(up)
            && isWhole(down);
    if (isMixed) {
      out.append(' ').append(up.strip()).append('/').append(down.strip()).append(' ');
    } else {
      out.append("((").append(up).append(")/(").append(down).append("))");
    }
  }

  private void binomial(int depth) {
    String all = argument(depth);
    String some = argument(depth);
    if (all.length() + some.length() > LONGEST_WRITTEN_TWICE) {
      at = text.length(); // It is written out twice, and so would be what is inside it.
      return;
    }
    out.append("((").append(all).append(")!/((").append(some).append(")!*((");
    out.append(all).append(")-(").append(some).append("))!))");
  }

  private static boolean isWhole(String text) {
    return !text.isBlank() && text.strip().chars().allMatch(it -> it >= '0' && it <= '9');
  }

  private void root(int depth) {
    skipBlanks();
    if (at < text.length() && text.charAt(at) == '[') {
      int end = text.indexOf(']', at);
      if (end > 0 && end - at < 20) {
        String order = text.substring(at + 1, end);
        at = end + 1;
        out.append("((").append(argument(depth)).append(")^(1/(").append(order).append(")))");
        return;
      }
    }
    out.append("√(").append(argument(depth)).append(')');
  }

  private void skipBlanks() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
  }

  /** What stands in braces, or the next sign or command. */
  private String argument(int depth) {
    skipBlanks();
    if (depth > MOST_DEPTH || out.length() > 4 * text.length() + 1000) {
      at = text.length(); // Nobody writes so: the rest is left out.
    }
    if (at >= text.length()) {
      return "";
    }
    int from = out.length();
    if (text.charAt(at) == '{') {
      at++;
      while (at < text.length() && text.charAt(at) != '}') {
        if (text.charAt(at) == '{') {
          out.append(argument(depth + 1));
        } else {
          one(depth + 1);
        }
      }
      at++;
    } else {
      one(depth + 1);
    }
    String argument = out.substring(Math.min(from, out.length()));
    out.setLength(Math.min(from, out.length()));
    return argument;
  }
}
