package dev.treadle.measure.score;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * ROUGE-L of Lin (2004): the F-measure of the longest common subsequence of words; of characters
 * where a script has no blanks between words.
 */
final class RougeL {
  /** Longer texts are compared by their beginnings: the time grows with the square. */
  static final int MOST_TOKENS = 4000;

  private RougeL() {}

  static double score(String answer, String reference) {
    List<String> ones = tokens(answer);
    List<String> others = tokens(reference);
    if (ones.isEmpty() || others.isEmpty()) {
      return 0;
    }
    double common = common(ones, others);
    double precision = common / ones.size();
    double recall = common / others.size();
    return common == 0 ? 0 : 2 * precision * recall / (precision + recall);
  }

  static List<String> tokens(String text) {
    List<String> tokens = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < text.length() && tokens.size() < MOST_TOKENS; i++) {
      char c = text.charAt(i);
      boolean isAlone = c >= 0x2e80 && Character.isLetter(c) && !(c >= 0xac00 && c <= 0xd7a3);
      if (Character.isLetterOrDigit(c) && !isAlone) {
        word.append(Character.toLowerCase(c));
        continue;
      }
      flush(word, tokens);
      if (isAlone) {
        tokens.add(String.valueOf(c));
      }
    }
    flush(word, tokens);
    return tokens;
  }

  private static void flush(StringBuilder word, List<String> tokens) {
    if (!word.isEmpty()) {
      tokens.add(word.toString().toLowerCase(Locale.ROOT));
      word.setLength(0);
    }
  }

  private static int common(List<String> ones, List<String> others) {
    Map<String, Integer> numbers = new HashMap<>();
    int[] one =
        ones.stream().mapToInt(it -> numbers.computeIfAbsent(it, _ -> numbers.size())).toArray();
    int[] other =
        others.stream().mapToInt(it -> numbers.computeIfAbsent(it, _ -> numbers.size())).toArray();
    int[] row = new int[other.length + 1];
    for (int a : one) {
      int diagonal = 0;
      for (int j = 1; j <= other.length; j++) {
        int above = row[j];
        row[j] = a == other[j - 1] ? diagonal + 1 : Math.max(above, row[j - 1]);
        diagonal = above;
      }
    }
    return row[other.length];
  }
}
