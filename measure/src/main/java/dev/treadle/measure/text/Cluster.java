package dev.treadle.measure.text;

import java.util.List;

/**
 * Texts that are near-duplicates, directly or by way of others.
 *
 * @param survivor the smallest key, which is kept
 * @param duplicates the others, ascending by key
 */
public record Cluster(String survivor, List<Duplicate> duplicates) {
  public Cluster {
    duplicates = List.copyOf(duplicates);
  }

  /**
   * A text that another one stands for.
   *
   * @param similarity estimated Jaccard similarity to the survivor; below the threshold where a
   *     third text links them
   * @param isExact whether it equals the survivor in normal form
   */
  public record Duplicate(String key, double similarity, boolean isExact) {}
}
