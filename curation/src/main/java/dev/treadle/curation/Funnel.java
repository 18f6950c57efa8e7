package dev.treadle.curation;

import java.util.List;
import java.util.SortedMap;

/** How many examples came into each stage, how many went out, and why the others did not. */
public record Funnel(List<Row> rows) {
  /**
   * A stage.
   *
   * @param changed how many went on in another form
   * @param dropped by reason
   */
  public record Row(
      String stage, long in, long out, long changed, SortedMap<String, Long> dropped) {}

  public Funnel {
    rows = List.copyOf(rows);
  }
}
