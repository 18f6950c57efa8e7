package dev.treadle.training.safetensors;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Which tensor goes into which shard: in order, as many as fit; a tensor that is larger than a
 * shard gets one of its own.
 *
 * @param shards what each shard holds, in the order in which it lies there
 */
record ShardPlan(List<Shard> shards) {
  private static final Comparator<TensorShape> ORDER =
      Comparator.comparingInt((TensorShape it) -> -it.dtype().bytes())
          .thenComparing(TensorShape::name);

  /** One file to be. */
  record Shard(String file, List<SafetensorsHeader.Entry> entries) {
    long bytes() {
      return entries.isEmpty() ? 0 : entries.getLast().end();
    }
  }

  static ShardPlan of(List<TensorShape> tensors, long maxBytes) {
    List<List<TensorShape>> groups = new ArrayList<>();
    List<TensorShape> open = new ArrayList<>();
    long bytes = 0;
    for (TensorShape it : tensors) {
      if (!open.isEmpty() && bytes + it.bytes() > maxBytes) {
        groups.add(open);
        open = new ArrayList<>();
        bytes = 0;
      }
      open.add(it);
      bytes += it.bytes();
    }
    groups.add(open);
    List<Shard> shards = new ArrayList<>();
    for (List<TensorShape> it : groups) {
      String file =
          groups.size() == 1
              ? Weights.SINGLE
              : String.format(
                  Locale.ROOT, "model-%05d-of-%05d.safetensors", shards.size() + 1, groups.size());
      shards.add(new Shard(file, aligned(it)));
    }
    return new ShardPlan(shards);
  }

  /**
   * Those that fill whole units first, so that all of them begin at one: they can be written past
   * the page cache, and be mapped where a computation wants them.
   */
  private static List<SafetensorsHeader.Entry> aligned(List<TensorShape> tensors) {
    return placed(
        tensors,
        Comparator.comparing((TensorShape it) -> it.bytes() % DirectFile.UNIT != 0)
            .thenComparing(ORDER));
  }

  /** The order of the reference writer: the widest numbers first, then by name. */
  static List<SafetensorsHeader.Entry> placed(List<TensorShape> tensors) {
    return placed(tensors, ORDER);
  }

  private static List<SafetensorsHeader.Entry> placed(
      List<TensorShape> tensors, Comparator<TensorShape> order) {
    List<TensorShape> ordered = new ArrayList<>(tensors);
    ordered.sort(order);
    List<SafetensorsHeader.Entry> entries = new ArrayList<>();
    long at = 0;
    for (TensorShape it : ordered) {
      entries.add(new SafetensorsHeader.Entry(it, at));
      at += it.bytes();
    }
    return entries;
  }
}
