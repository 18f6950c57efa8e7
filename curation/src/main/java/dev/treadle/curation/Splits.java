package dev.treadle.curation;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Which part of a dataset a group belongs to: told by the hash of the group alone, so that it never
 * moves while the data grows, and nothing of one session stands on both sides.
 *
 * @param val share of the groups that are for validation, 0 to 1
 * @param test share of the groups that are held out
 */
public record Splits(double val, double test) {
  /** The parts in the order of the files. */
  public static final List<String> NAMES = List.of("train", "val", "test");

  private static final String SALT = "treadle split 1\n";

  public Splits {
    if (!(val >= 0 && test >= 0 && val + test < 1)) {
      throw new IllegalArgumentException(
          "split: val and test are shares from 0 to 1 that leave something for train, not "
              + val
              + " and "
              + test);
    }
  }

  /** The part that {@code group} belongs to, for ever. */
  public String of(String group) {
    String hash = Hashes.sha256((SALT + group).getBytes(StandardCharsets.UTF_8));
    double at = Long.parseLong(hash.substring(0, 12), 16) / (double) (1L << 48);
    if (at < test) {
      return "test";
    }
    return at < test + val ? "val" : "train";
  }
}
