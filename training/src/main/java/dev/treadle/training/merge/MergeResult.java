package dev.treadle.training.merge;

import java.nio.file.Path;
import java.util.List;

/**
 * What a merge made, and the proof of it: every number was compared with the base's before it was
 * written.
 *
 * @param changed the tensors that the adapter changed: all that it has matrices for
 * @param equal the tensors that are the base's, number for number
 * @param weights how many numbers the changed tensors have
 * @param changedWeights how many of them are not what they were, after rounding
 * @param largestChange the largest number that was added to a weight, before rounding
 * @param copied the files that came along from the base
 * @param notes what somebody should know
 */
public record MergeResult(
    Path output,
    int shards,
    long bytes,
    int changed,
    int equal,
    long weights,
    long changedWeights,
    double largestChange,
    List<String> copied,
    List<String> notes) {
  public MergeResult {
    copied = List.copyOf(copied);
    notes = List.copyOf(notes);
  }

  /** The part of the changed tensors' numbers that rounding did not swallow. */
  public double changedShare() {
    return weights == 0 ? 0 : (double) changedWeights / weights;
  }
}
