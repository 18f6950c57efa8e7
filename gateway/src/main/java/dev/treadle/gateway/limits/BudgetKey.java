package dev.treadle.gateway.limits;

import java.util.Comparator;

/**
 * Which budget.
 *
 * @param limit its name
 * @param who the key whose budget it is; empty where it is everybody's
 * @param window the day or month of UTC: {@code 2026-11-21} or {@code 2026-11}
 */
record BudgetKey(String limit, String who, String window) implements Comparable<BudgetKey> {
  private static final Comparator<BudgetKey> ORDER =
      Comparator.comparing(BudgetKey::limit)
          .thenComparing(BudgetKey::who)
          .thenComparing(BudgetKey::window);

  @Override
  public int compareTo(BudgetKey other) {
    return ORDER.compare(this, other);
  }
}
