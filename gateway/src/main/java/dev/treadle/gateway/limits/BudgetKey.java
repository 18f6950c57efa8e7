package dev.treadle.gateway.limits;

/**
 * Which budget.
 *
 * @param limit its name
 * @param who the key whose budget it is; empty where it is everybody's
 * @param window the day or month of UTC: {@code 2026-11-21} or {@code 2026-11}
 */
record BudgetKey(String limit, String who, String window) implements Comparable<BudgetKey> {
  @Override
  public int compareTo(BudgetKey other) {
    int byLimit = limit.compareTo(other.limit);
    int byWho = byLimit != 0 ? byLimit : who.compareTo(other.who);
    return byWho != 0 ? byWho : window.compareTo(other.window);
  }
}
