package dev.treadle.measure.text;

import java.util.Collection;
import java.util.Optional;

/** Which known word somebody probably meant. */
public final class Spelling {
  private Spelling() {}

  /**
   * The known word at the least edit distance, if it is near enough to be worth naming; ties go to
   * the first.
   */
  public static Optional<String> nearest(String word, Collection<String> known) {
    String best = null;
    int least = Math.max(2, word.length() / 2);
    for (String candidate : known) {
      int distance = distance(word, candidate);
      if (distance <= least && (best == null || distance < least)) {
        best = candidate;
        least = distance;
      }
    }
    return Optional.ofNullable(best);
  }

  /** The Levenshtein distance: insertions, deletions and replacements of one UTF-16 unit. */
  public static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
