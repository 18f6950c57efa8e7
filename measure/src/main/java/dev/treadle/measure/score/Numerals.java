package dev.treadle.measure.score;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Writes numbers that are spelled out, in Chinese or English, in digits. Linear in the text. */
final class Numerals {
  private static final String CHINESE_DIGITS = "零一二三四五六七八九";
  private static final String CHINESE = "零〇一二两三四五六七八九十百千万亿";

  /** Words in which 一 and 十 do not count. */
  private static final String NOT_AFTER_ONE = "共些起样定般直切致旦律下边面方";

  private static final Map<String, Long> ENGLISH = new HashMap<>();
  private static final Map<String, Long> SCALES =
      Map.of(
          "hundred", 100L,
          "thousand", 1000L,
          "million", 1_000_000L,
          "billion", 1_000_000_000L,
          "trillion", 1_000_000_000_000L,
          "dozen", 12L);
  private static final Map<String, Integer> PARTS = new HashMap<>();

  static {
    String[] small =
        ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
                + " fifteen sixteen seventeen eighteen nineteen")
            .split(" ", -1);
    for (int i = 0; i < small.length; i++) {
      ENGLISH.put(small[i], (long) i);
    }
    String[] tens = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ", -1);
    for (int i = 0; i < tens.length; i++) {
      ENGLISH.put(tens[i], (i + 2) * 10L);
    }
    PARTS.putAll(Map.of("half", 2, "halves", 2, "quarter", 4, "quarters", 4));
    part("hundredth", 100);
    part("thousandth", 1000);
    String[] ordinals =
        ("third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
                + " fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth")
            .split(" ", -1);
    for (int i = 0; i < ordinals.length; i++) {
      part(ordinals[i], i + 3);
    }
  }

  private Numerals() {}

  private static void part(String name, int parts) {
    PARTS.put(name, parts);
    PARTS.put(name + "s", parts);
  }

  static boolean hasDigit(String text) {
    return text.chars().anyMatch(it -> it >= '0' && it <= '9');
  }

  /** Chinese numerals as digits: 百分之五, 三分之二, 十二点五, 1.2万, 八折. */
  static String chinese(String text) {
    boolean hasAny = text.chars().anyMatch(it -> CHINESE.indexOf(it) >= 0);
    if (!hasAny) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      if (text.startsWith("百分之", i)) {
        int end = runEnd(text, i + 3);
        if (end > i + 3) {
          out.append(value(text.substring(i + 3, end))).append('%');
          i = end;
          continue;
        }
      }
      int end = begins(text, i) ? runEnd(text, i) : i;
      if (end == i) {
        out.append(text.charAt(i++));
      } else {
        i = number(text, i, end, out);
      }
    }
    return out.toString();
  }

  private static boolean begins(String text, int i) {
    char c = text.charAt(i);
    boolean isLarge = c == '万' || c == '亿' || text.startsWith("百万", i) || text.startsWith("千万", i);
    boolean isScale = isLarge && i > 0 && Digits.isDigit(text.charAt(i - 1));
    if (CHINESE.indexOf(c) < 0 || (i > 0 && text.charAt(i - 1) == '第')) {
      return false;
    }
    boolean isWord =
        c == '一' && i + 1 < text.length() && NOT_AFTER_ONE.indexOf(text.charAt(i + 1)) >= 0;
    return isScale || (!isWord && c != '百' && c != '千' && c != '万' && c != '亿');
  }

  /** Where the numerals end that begin at {@code i}, with their decimals. */
  private static int runEnd(String text, int i) {
    int end = i;
    while (end < text.length() && CHINESE.indexOf(text.charAt(end)) >= 0) {
      end++;
    }
    if (end > i && end + 1 < text.length() && text.charAt(end) == '点') {
      int decimals = end + 1;
      while (decimals < text.length() && digit(text.charAt(decimals)) >= 0) {
        decimals++;
      }
      return decimals > end + 1 ? decimals : end;
    }
    return end;
  }

  private static int number(String text, int from, int end, StringBuilder out) {
    String run = text.substring(from, end);
    char first = run.charAt(0);
    if ("百千".indexOf(first) >= 0) { // 1.2百万
      out.append('*').append(value(run));
      return end;
    }
    if (first == '万' || first == '亿') { // Behind digits.
      out.append(first == '万' ? "*10^4" : "*10^8");
      return end;
    }
    if (!out.isEmpty() && out.charAt(out.length() - 1) == '负') {
      out.setCharAt(out.length() - 1, '-');
    }
    if (text.startsWith("分之", end)) {
      int up = runEnd(text, end + 2);
      if (up > end + 2) {
        out.append(value(text.substring(end + 2, up))).append('/').append(value(run));
        return up;
      }
    }
    String value = value(run);
    if (text.startsWith("又", end)) {
      out.append(value).append(' ');
      return end + 1;
    }
    if (text.startsWith("折", end)) {
      out.append("0.").append(value);
      return end + 1;
    }
    out.append(value);
    return end;
  }

  private static int digit(char c) {
    return c == '〇' ? 0 : c == '两' ? 2 : CHINESE_DIGITS.indexOf(c);
  }

  private static String value(String run) {
    int point = run.indexOf('点');
    String whole = point < 0 ? run : run.substring(0, point);
    StringBuilder out = new StringBuilder().append(whole(whole));
    if (point >= 0) {
      out.append('.');
      for (int i = point + 1; i < run.length(); i++) {
        out.append(digit(run.charAt(i)));
      }
    }
    return out.toString();
  }

  /** 三百二十一, 一万二 (12000), 二〇二四 (digit by digit). */
  private static String whole(String run) {
    boolean hasUnits = run.chars().anyMatch(it -> "十百千万亿".indexOf(it) >= 0);
    if (!hasUnits) {
      StringBuilder digits = new StringBuilder();
      for (int i = 0; i < run.length(); i++) {
        digits.append(digit(run.charAt(i)));
      }
      return digits.toString();
    }
    long total = 0;
    long section = 0;
    long number = -1;
    long last = 1;
    boolean isSkipped = false;
    for (int i = 0; i < Math.min(run.length(), 40); i++) {
      char c = run.charAt(i);
      int digit = digit(c);
      if (digit >= 0) {
        number = digit;
        isSkipped = digit == 0 || isSkipped;
        continue;
      }
      long unit =
          switch (c) {
            case '十' -> 10;
            case '百' -> 100;
            case '千' -> 1000;
            case '万' -> 10_000;
            default -> 100_000_000;
          };
      if (unit < 10_000) {
        section += (number < 0 ? 1 : number) * unit;
      } else {
        long below = section + Math.max(0, number);
        total = unit == 100_000_000 ? (total + below) * unit : total + below * unit;
        section = 0;
      }
      number = -1;
      last = unit;
      isSkipped = false;
    }
    long rest = number < 0 ? 0 : isSkipped || last == 10 ? number : number * last / 10;
    return Long.toString(total + section + rest);
  }

  /** English number words as digits: forty-two, one hundred and five, three quarters. */
  static String english(String text) {
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      int end = wordEnd(text, i);
      String word = text.substring(i, end).toLowerCase(Locale.ROOT);
      if (end > i && ENGLISH.containsKey(word)) {
        i = spelled(text, i, out);
      } else if (end > i && PARTS.containsKey(word) && isPart(out)) {
        out.setLength(out.length() - (out.charAt(out.length() - 1) == ' ' ? 1 : 0));
        out.append('/').append(PARTS.get(word));
        i = end;
      } else if (end > i && SCALES.containsKey(word) && endsWithDigit(out)) {
        while (out.charAt(out.length() - 1) == ' ') {
          out.setLength(out.length() - 1);
        }
        out.append('*').append(SCALES.get(word));
        i = end;
      } else if (end == i) {
        out.append(text.charAt(i++));
      } else {
        out.append(text, i, end);
        i = end;
      }
    }
    return scaled(out.toString());
  }

  /** 1.5 million, 3 x 10^8 and 3 out of 4 with signs. */
  static String scaled(String text) {
    if (!hasDigit(text)) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      int end = wordEnd(text, i);
      String word = text.substring(i, end);
      if (isSign(word, text, end)) {
        out.append('-');
        i = end + 1;
        continue;
      }
      boolean isTimes =
          word.equals("x")
              && endsWithDigit(out)
              && (text.startsWith(" 10^", end) || text.startsWith("10^", end));
      Long scale = SCALES.get(word.toLowerCase(Locale.ROOT));
      if (isTimes) {
        out.append('*');
      } else if (scale != null && scale != 100 && endsWithDigit(out)) {
        out.append('*').append(scale);
      } else {
        out.append(text, i, Math.max(end, i + 1));
      }
      i = Math.max(end, i + 1);
    }
    return outOf(andPart(out.toString().replace(" and a half", " 1/2")));
  }

  /** Minus 5, negative 5. */
  private static boolean isSign(String word, String text, int end) {
    return (word.equalsIgnoreCase("minus") || word.equalsIgnoreCase("negative"))
        && end + 1 < text.length()
        && text.charAt(end) == ' '
        && Digits.isDigit(text.charAt(end + 1));
  }

  /** 2 and 1/2. */
  private static String andPart(String text) {
    int i = text.indexOf(" and ");
    if (i <= 0 || !Digits.isDigit(text.charAt(i - 1))) {
      return text;
    }
    int up = Digits.end(text, i + 5);
    boolean isPart =
        up > i + 5
            && up + 1 < text.length()
            && text.charAt(up) == '/'
            && Digits.isDigit(text.charAt(up + 1));
    return isPart ? text.substring(0, i) + text.substring(i + 4) : text;
  }

  /** 3 out of 4. */
  private static String outOf(String text) {
    int i = text.indexOf(" out of ");
    boolean isFraction =
        i > 0
            && Digits.isDigit(text.charAt(i - 1))
            && i + 8 < text.length()
            && Digits.isDigit(text.charAt(i + 8));
    return isFraction ? text.substring(0, i) + "/" + text.substring(i + 8) : text;
  }

  private static boolean endsWithDigit(StringBuilder out) {
    int i = out.length() - 1;
    while (i >= 0 && out.charAt(i) == ' ') {
      i--;
    }
    return i >= 0 && Digits.isDigit(out.charAt(i));
  }

  private static boolean isPart(StringBuilder out) {
    int end = out.length();
    if (end == 0 || !(out.charAt(end - 1) == ' ' || out.charAt(end - 1) == '-')) {
      return false;
    }
    if (!Character.isDigit(end < 2 ? ' ' : out.charAt(end - 2))) {
      return false;
    }
    if (out.charAt(end - 1) == '-') {
      out.setCharAt(end - 1, ' ');
    }
    return true;
  }

  private static int wordEnd(String text, int from) {
    int end = from;
    while (end < text.length() && Character.isLetter(text.charAt(end)) && text.charAt(end) < 0x80) {
      end++;
    }
    return end;
  }

  /** A run of number words; tells where it ends. */
  private static int spelled(String text, int from, StringBuilder out) {
    long total = 0;
    long section = 0;
    int i = from;
    int end = from;
    while (i < text.length()) {
      int stop = wordEnd(text, i);
      String word = text.substring(i, stop).toLowerCase(Locale.ROOT);
      Long small = ENGLISH.get(word);
      Long scale = SCALES.get(word);
      if (small != null && (section % 100 == 0 || (section % 10 == 0 && small < 10))) {
        section += small;
      } else if (scale != null && scale <= 100) {
        section = Math.max(1, section) * scale;
      } else if (scale != null && section < 1_000_000 && total < 1L << 50) {
        total += section * scale;
        section = 0;
      } else if (!word.equals("and") || end == from) {
        break;
      }
      end = word.equals("and") ? end : stop;
      i = stop;
      while (i < text.length() && (text.charAt(i) == ' ' || text.charAt(i) == '-')) {
        i++;
      }
      if (i == stop) {
        break;
      }
    }
    out.append(total + section);
    return Math.max(end, from + 1);
  }
}
