package dev.treadle.training.merge;

import dev.treadle.training.TrainingError;
import dev.treadle.training.safetensors.Dtype;
import dev.treadle.training.safetensors.SafetensorsFile;
import dev.treadle.training.safetensors.SafetensorsHeader;
import dev.treadle.training.safetensors.ShardedWeights;
import dev.treadle.training.safetensors.TensorShape;
import dev.treadle.training.safetensors.Weights;
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
  private final MergePlan plan;
  private final List<String> untouched = new ArrayList<>();
  private final List<String> same = new ArrayList<>();
  private int changed;
  private int equal;
  private long weights;
  private long changedWeights;

  MergeProof(MergePlan plan) {
    this.plan = plan;
  }

  /** Reads a written shard from its file. */
  void check(Weights base, Path shard, Blocks blocks) {
    try (SafetensorsFile written = SafetensorsFile.open(shard)) {
      for (SafetensorsHeader.Entry it : written.header().tensors().values()) {
        Weights.Tensor before = Objects.requireNonNull(base.tensors().get(it.tensor().name()));
        long differences = differences(before, written, it, blocks);
        MergePlan.Change change = plan.changes().get(it.tensor().name());
        if (change == null && differences > 0) {
          throw TrainingError.MERGE_UNPROVEN.because(
              "nothing aims at "
                  + it.tensor().name()
                  + ", and "
                  + differences
                  + " of its numbers were written otherwise than the base has them");
        }
        count(change, it.tensor(), differences);
      }
    }
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
    Dtype from = before.shape().dtype();
    Dtype to = entry.tensor().dtype();
    AtomicLong differences = new AtomicLong();
    // What is not computed with is compared as bytes.
    Dtype unit = to.isComputed() ? to : Dtype.U8;
    long elements = entry.tensor().bytes() / unit.bytes();
    blocks.run(
        elements,
        1,
        (numbers, first, count) -> {
          Dtype unitBefore = to.isComputed() ? from : Dtype.U8;
          before
              .shard()
              .read(before.entry(), first * unitBefore.bytes(), numbers.room(unitBefore, count));
          if (unitBefore != unit) {
            numbers.decode(unitBefore, count);
            numbers.encode(unit, count);
          }
          file.read(entry, first * unit.bytes(), numbers.otherRoom(unit, count));
          differences.addAndGet(numbers.differences(unit, count));
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
