package dev.treadle.training.merge;

import dev.treadle.training.TrainingError;
import dev.treadle.training.safetensors.ShardedWeights;
import dev.treadle.training.safetensors.TensorShape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds what was written against what was meant: every tensor that the adapter has matrices for
 * must be another than the base's, every tensor that it says nothing of must be the same.
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

  /**
   * Hears of each tensor once.
   *
   * @param differences how many of its numbers are not the base's, rounded to the written form
   */
  void wrote(TensorShape tensor, long differences) {
    MergePlan.Change change = plan.changes().get(tensor.name());
    if (change == null && differences > 0) {
      throw TrainingError.MERGE_UNPROVEN.because(
          "nothing aims at "
              + tensor.name()
              + ", and "
              + differences
              + " of its numbers were written otherwise than the base has them");
    }
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
