package dev.treadle.training.tokens;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/**
 * Which sequences share a row: those that together have no more tokens than a row may have. The
 * engine keeps them apart; a fuller row only means less work for nothing.
 *
 * @param rows the numbers of each row's sequences, in rising order
 */
public record Packing(List<List<Integer>> rows) {
  public Packing {
    rows = rows.stream().map(List::copyOf).toList();
  }

  /** One sequence a row. */
  public static Packing none(List<Sequence> sequences) {
    List<List<Integer>> rows = new ArrayList<>();
    for (int i = 0; i < sequences.size(); i++) {
      rows.add(List.of(i));
    }
    return new Packing(rows);
  }

  /**
   * Best-fit decreasing: from the longest sequence to the shortest, each goes to the row where it
   * leaves the least room, of equal ones to the first; if none has room, to a new one. Same
   * sequences, same rows. A sequence that is longer than a row has one of its own.
   *
   * @param rowTokens what a row may have
   */
  public static Packing bestFit(List<Sequence> sequences, int rowTokens) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < sequences.size(); i++) {
      order.add(i);
    }
    order.sort(Comparator.comparing((Integer it) -> -sequences.get(it).length()));
    List<List<Integer>> rows = new ArrayList<>();
    TreeMap<Integer, PriorityQueue<Integer>> byRoom = new TreeMap<>();
    for (int it : order) {
      int length = sequences.get(it).length();
      Map.Entry<Integer, PriorityQueue<Integer>> fit = byRoom.ceilingEntry(length);
      int row;
      int room;
      if (fit == null) {
        row = rows.size();
        room = rowTokens - length;
        rows.add(new ArrayList<>());
      } else {
        row = fit.getValue().remove();
        room = fit.getKey() - length;
        if (fit.getValue().isEmpty()) {
          byRoom.remove(fit.getKey());
        }
      }
      rows.get(row).add(it);
      if (room > 0) {
        byRoom.computeIfAbsent(room, _ -> new PriorityQueue<>()).add(row);
      }
    }
    rows.forEach(it -> it.sort(null));
    return new Packing(rows);
  }
}
