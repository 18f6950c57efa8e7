package dev.treadle.store.redaction;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One record's redaction: the same secret gets the same placeholder throughout the record. The
 * values that were found live as long as this object and no longer. Not thread-safe.
 */
public final class Redaction {
  /**
   * A placeholder can free its neighbours from what glued them to a secret; so passes repeat until
   * one finds nothing.
   */
  private static final int MAX_PASSES = 8;

  private final long families;
  private final int[] occurrences = new int[Family.values().length];
  private final int[] lastNumber = new int[Family.values().length];
  private final Map<Family, Map<String, Integer>> numbers = new EnumMap<>(Family.class);
  private @Nullable Scanner scanner;
  private boolean isUsed;

  Redaction(long families) {
    this.families = families;
  }

  /**
   * Returns {@code text} with every finding replaced by its placeholder; the same instance when
   * there was none.
   */
  public String redact(String text) {
    if (families == 0 || text.isEmpty()) {
      return text;
    }
    String clean = text;
    for (int pass = 0; pass < MAX_PASSES; pass++) {
      String next = pass(clean);
      if (next.equals(clean)) {
        return clean;
      }
      clean = next;
    }
    return clean;
  }

  /** How many occurrences were replaced so far, by family label, sorted by label. */
  public Map<String, Integer> counts() {
    SortedMap<String, Integer> counts = new TreeMap<>();
    for (Family family : Family.values()) {
      if (occurrences[family.index()] > 0) {
        counts.put(family.label(), occurrences[family.index()]);
      }
    }
    return Collections.unmodifiableMap(counts);
  }

  /** Forgets what was found, so that this can serve the next record. */
  public void clear() {
    if (isUsed) {
      numbers.values().forEach(Map::clear);
      Arrays.fill(occurrences, 0);
      Arrays.fill(lastNumber, 0);
      isUsed = false;
    }
  }

  /** Whether a text was changed since the last {@link #clear}. */
  public boolean isUsed() {
    return isUsed;
  }

  private String pass(String text) {
    Scanner scan = scanner;
    if (scan == null) {
      scan = new Scanner(families);
      scanner = scan;
    }
    scan.scan(text);
    Findings findings = scan.findings();
    return findings.isEmpty() ? text : replaced(text, findings);
  }

  private String replaced(String text, Findings findings) {
    isUsed = true;
    for (Family family : Family.values()) {
      int index = family.index();
      lastNumber[index] = Math.max(lastNumber[index], findings.highestNumber(family));
    }
    StringBuilder out = new StringBuilder(text.length() + 64);
    int copied = 0;
    for (int i = 0; i < findings.count(); i++) {
      Family family = findings.family(i);
      int start = findings.start(i);
      int end = findings.end(i);
      out.append(text, copied, start)
          .append(family.opening())
          .append(number(family, text.substring(start, end)))
          .append('>');
      copied = end;
      occurrences[family.index()]++;
    }
    return out.append(text, copied, text.length()).toString();
  }

  private int number(Family family, String value) {
    Map<String, Integer> known = numbers.computeIfAbsent(family, f -> new HashMap<>());
    Integer number = known.get(value);
    if (number == null) {
      number = ++lastNumber[family.index()];
      known.put(value, number);
    }
    return number;
  }
}
