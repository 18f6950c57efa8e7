package dev.treadle.measure.score;

import java.text.Normalizer;
import java.util.Map;

/** Brings the many ways to write the signs of mathematics to one. Linear in the text. */
final class Signs {
  private static final String RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿˣ";
  private static final String RAISED_AS = "0123456789+-()nx";
  private static final String LOWERED = "₀₁₂₃₄₅₆₇₈₉";
  private static final Map<Character, String> VULGAR =
      Map.ofEntries(
          Map.entry('½', "1/2"),
          Map.entry('⅓', "1/3"),
          Map.entry('⅔', "2/3"),
          Map.entry('¼', "1/4"),
          Map.entry('¾', "3/4"),
          Map.entry('⅕', "1/5"),
          Map.entry('⅖', "2/5"),
          Map.entry('⅗', "3/5"),
          Map.entry('⅘', "4/5"),
          Map.entry('⅙', "1/6"),
          Map.entry('⅚', "5/6"),
          Map.entry('⅛', "1/8"),
          Map.entry('⅜', "3/8"),
          Map.entry('⅝', "5/8"),
          Map.entry('⅞', "7/8"));

  private Signs() {}

  /** The same with plain ASCII where there is one; √ π ± ∪ ∩ ∈ ∅ ∞ ≤ ≥ ≠ ° stay. */
  static String plain(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (RAISED.indexOf(c) >= 0) {
        out.append("^(");
        int j = i;
        for (; j < text.length() && RAISED.indexOf(text.charAt(j)) >= 0; j++) {
          out.append(RAISED_AS.charAt(RAISED.indexOf(text.charAt(j))));
        }
        out.append(')');
        i = j - 1;
      } else if (LOWERED.indexOf(c) >= 0) {
        int j = i;
        out.append('_');
        for (; j < text.length() && LOWERED.indexOf(text.charAt(j)) >= 0; j++) {
          out.append((char) ('0' + LOWERED.indexOf(text.charAt(j))));
        }
        i = j - 1;
      } else if (VULGAR.containsKey(c)) {
        out.append(' ').append(VULGAR.get(c));
      } else if (c == '又' && isDigit(text, i - 1) && isDigit(text, i + 1)) {
        out.append(' '); // A mixed number.
      } else if (text.startsWith("零下", i) && i + 2 < text.length()) {
        out.append('负'); // Read so before Chinese numerals, too.
        i++;
        if (isDigit(text, i + 1)) {
          out.setCharAt(out.length() - 1, '-');
        }
      } else if (c == '负' && isDigit(text, i + 1)) {
        out.append('-');
      } else {
        one(c, out);
      }
    }
    String known = out.toString();
    return Normalizer.isNormalized(known, Normalizer.Form.NFKC)
        ? known
        : Normalizer.normalize(known, Normalizer.Form.NFKC);
  }

  private static boolean isDigit(String text, int at) {
    return at >= 0 && at < text.length() && Digits.isDigit(text.charAt(at));
  }

  private static void one(char c, StringBuilder out) {
    switch (c) {
      case '−', '–', '—', '‐', '‑', '﹣' -> out.append('-');
      case '×', '·', '⋅', '∙', '∗', '•' -> out.append('*');
      case '÷', '∕', '⁄' -> out.append('/');
      case '，', '、', '؛', '،' -> out.append(", ");
      case '；' -> out.append("; ");
      case '。', '．' -> out.append(". ");
      case '：', '∶' -> out.append(':');
      case '（', '【' -> out.append('(');
      case '）', '】' -> out.append(')');
      case '“', '”', '„', '«', '»', '「', '」', '『', '』' -> out.append('"');
      case '‘', '’' -> out.append('\'');
      case '⩽', '≦' -> out.append('≤');
      case '⩾', '≧' -> out.append('≥');
      case '℃' -> out.append("°C");
      case '℉' -> out.append("°F");
      case 'º', '˚' -> out.append('°');
      case '￥' -> out.append('¥');
      case 'µ' -> out.append('μ');
      case '㎡' -> out.append("m^2");
      case '\u00a0', '\u2009', '\u202f', '\u3000', '\t' -> out.append(' ');
      case '\u200b', '\ufeff', '\u2062' -> {}
      default -> out.append(c);
    }
  }
}
