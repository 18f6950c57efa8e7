package dev.treadle.training.merge;

import dev.treadle.training.TrainingError;
import dev.treadle.training.safetensors.Dtype;
import dev.treadle.training.safetensors.SafetensorsFile;
import dev.treadle.training.safetensors.SafetensorsHeader;
import dev.treadle.training.safetensors.ShardedWeights;
import dev.treadle.training.safetensors.TensorShape;
import dev.treadle.training.safetensors.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Compares what was written with the base: every tensor that the adapter has matrices for must be
 * another, every tensor that it says nothing of must be the same.
 */
final class MergeProof {
  private final Weights base;
  private final MergePlan plan;
  private final List<String> untouched = new ArrayList<>();
  private final List<String> same = new ArrayList<>();
  private int changed;
  private int equal;
  private long weights;
  private long changedWeights;

  MergeProof(Weights base, MergePlan plan) {
    this.base = base;
    this.plan = plan;
  }

  /** Reads a tensor from the file that it was written to, by the header that stands there. */
  void check(SafetensorsFile written, String name, Blocks blocks) {
    SafetensorsHeader.Entry it = Objects.requireNonNull(written.header().tensors().get(name));
    Weights.Tensor before = Objects.requireNonNull(base.tensors().get(name));
    long differences = differences(before, written, it, blocks);
    MergePlan.Change change = plan.changes().get(name);
    if (change == null && differences > 0) {
      throw TrainingError.MERGE_UNPROVEN.because(
          "nothing aims at "
              + name
              + ", and "
              + differences
              + " of its numbers were written otherwise than the base has them");
    }
    count(change, it.tensor(), differences);
  }

  private void count(MergePlan.@Nullable Change change, TensorShape tensor, long differences) {
    if (differences == 0) {
      equal++;
      if (change != null) {
        (change.pair().isPresent() ? untouched : same).add(tensor.name());
      }
    } else {
      changed++;
      weights += tensor.elements();
      changedWeights += differences;
    }
  }

  private static long differences(
      Weights.Tensor before, SafetensorsFile file, SafetensorsHeader.Entry entry, Blocks blocks) {
    boolean isSameForm = before.shape().dtype() == entry.tensor().dtype();
    try (Arena arena = Arena.ofShared()) {
      return isSameForm
          ? differences(
              before.shard().map(before.entry(), arena),
              file.map(entry, arena),
              entry.tensor().dtype(),
              blocks)
          : convertedDifferences(before, file.map(entry, arena), entry.tensor(), blocks);
    } catch (InternalError e) {
      // What the JVM makes of a page that the disk does not give.
      throw TrainingError.READ_FAILED.because(
          "reading "
              + before.shard().file()
              + " or "
              + file.file()
              + " failed: one became shorter, or its disk is damaged",
          e);
    }
  }

  static long differences(MemorySegment before, MemorySegment after, Dtype dtype, Blocks blocks) {
    AtomicLong differences = new AtomicLong();
    long width = dtype.bytes();
    blocks.run(
        after.byteSize() / width,
        1,
        (numbers, first, count) ->
            differences.addAndGet(
                numbers.differences(
                    dtype,
                    before.asSlice(first * width, count * width),
                    after.asSlice(first * width, count * width))));
    return differences.get();
  }

  /** Where the base has another form, its numbers are rounded to the written one's first. */
  private static long convertedDifferences(
      Weights.Tensor before, MemorySegment after, TensorShape tensor, Blocks blocks) {
    AtomicLong differences = new AtomicLong();
    Dtype from = before.shape().dtype();
    Dtype to = tensor.dtype();
    long width = to.bytes();
    blocks.run(
        tensor.elements(),
        1,
        (numbers, first, count) -> {
          before.shard().read(before.entry(), first * from.bytes(), numbers.room(from, count));
          numbers.decode(from, count);
          MemorySegment written = after.asSlice(first * width, count * width);
          MemorySegment rounded = MemorySegment.ofBuffer(numbers.encode(to, count));
          // Nothing where a number of the base cannot be had in this form: then it is another.
          differences.addAndGet(
              rounded.byteSize() == 0 ? count : numbers.differences(to, rounded, written));
        });
    return differences.get();
  }

  MergeResult result(
      Path output,
      ShardedWeights shards,
      double largestChange,
      List<String> copied,
      List<String> notes) {
    if (!untouched.isEmpty() || changed == 0) {
      throw TrainingError.MERGE_VOID.because(
          "the merge changes nothing in "
              + untouched.size()
              + " tensors that the adapter aims at, such as "
              + (untouched.isEmpty() ? "all" : untouched.getFirst())
              + ": it was not trained there, or its changes are smaller than the weights' form can"
              + " hold (--dtype float32 holds them)");
    }
    List<String> all = new ArrayList<>(notes);
    for (String it : same) {
      all.add("the adapter brings a whole " + it + ", which is the base's");
    }
    return new MergeResult(
        output,
        shards.shardCount(),
        shards.bytes(),
        changed,
        equal,
        weights,
        changedWeights,
        largestChange,
        copied,
        all);
  }
}
