package dev.treadle.training.torchrun;

import dev.treadle.training.TrainingError;
import dev.treadle.training.settings.TrainingSettings;
import dev.treadle.training.tokens.Batches;
import dev.treadle.training.tokens.Dataset;
import dev.treadle.training.tokens.Packing;
import dev.treadle.training.tokens.Sequence;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Which rows each step of a run has. They are those of the own engine with as many rows a batch as
 * all processes have together; within a step they go by length, so that what is computed together
 * is about as long.
 *
 * @param packing the rows
 * @param order the rows of all steps; {@link #EMPTY} fills an epoch's last step up
 * @param targets how many tokens each step learns
 * @param tokens how many it computes
 * @param stepsPerEpoch how many steps go once through all rows
 */
@SuppressWarnings("ArrayRecordComponent") // One number a row and step; nobody changes them.
record RunPlan(
    List<Sequence> sequences,
    Packing packing,
    int[] order,
    long[] targets,
    long[] tokens,
    int stepsPerEpoch) {
  static final int EMPTY = -1;

  /** Places of rows that a run may have: they are kept in memory, and in a file. */
  private static final long MOST_PLACES = 1L << 28;

  /** Of what is learned. */
  static RunPlan training(
      Dataset dataset, TrainingSettings settings, int processes, boolean packs) {
    Packing packing = packing(dataset, settings, packs);
    int together = Math.multiplyExact(settings.rows().batchSize(), processes);
    Batches batches =
        new Batches(
            dataset.sequences(),
            packing,
            together,
            settings.rows().accumulation(),
            settings.engine().seed());
    int window = Math.multiplyExact(together, settings.rows().accumulation());
    int perEpoch = batches.stepsPerEpoch();
    int steps = steps(settings, perEpoch);
    if ((long) steps * window > MOST_PLACES) {
      throw TrainingError.DATASET_TOO_LARGE.because(
          steps + " steps of " + window + " rows are too many to plan: lower num_epochs");
    }
    int[] order = new int[steps * window];
    long[] targets = new long[steps];
    long[] tokens = new long[steps];
    int[] rows = {};
    for (int step = 0; step < steps; step++) {
      if (step % perEpoch == 0) {
        rows = batches.order(step / perEpoch);
      }
      int from = step % perEpoch * window;
      int[] taken = Arrays.copyOfRange(rows, from, Math.min(rows.length, from + window));
      targets[step] = count(dataset.sequences(), packing, taken, Sequence::targetCount);
      tokens[step] = count(dataset.sequences(), packing, taken, Sequence::length);
      place(byLength(dataset.sequences(), packing, taken), order, step * window, window);
    }
    return new RunPlan(dataset.sequences(), packing, order, targets, tokens, perEpoch);
  }

  /** Of what is judged by: once through, in the files' order. */
  static RunPlan validation(
      Dataset dataset, TrainingSettings settings, int processes, boolean packs) {
    Packing packing = packing(dataset, settings, packs);
    int together = Math.multiplyExact(settings.rows().batchSize(), processes);
    int[] rows = new int[packing.rows().size()];
    Arrays.setAll(rows, it -> it);
    int[] order = new int[Math.ceilDiv(rows.length, together) * together];
    place(rows, order, 0, order.length);
    return new RunPlan(
        dataset.sequences(),
        packing,
        order,
        new long[] {dataset.targets()},
        new long[] {dataset.tokens()},
        1);
  }

  private static Packing packing(Dataset dataset, TrainingSettings settings, boolean packs) {
    return packs
        ? Packing.bestFit(dataset.sequences(), settings.rows().maxLength())
        : Packing.none(dataset.sequences());
  }

  private static int steps(TrainingSettings settings, int perEpoch) {
    return settings
        .extent()
        .maxSteps()
        .orElseGet(() -> (int) Math.ceil(settings.extent().epochs() * perEpoch));
  }

  private static void place(int[] rows, int[] order, int at, int count) {
    System.arraycopy(rows, 0, order, at, rows.length);
    Arrays.fill(order, at + rows.length, at + count, EMPTY);
  }

  private static long count(
      List<Sequence> sequences, Packing packing, int[] rows, ToIntFunction<Sequence> what) {
    long count = 0;
    for (int row : rows) {
      for (int it : packing.rows().get(row)) {
        count += what.applyAsInt(sequences.get(it));
      }
    }
    return count;
  }

  /** The longest first, equal ones as they came. */
  private static int[] byLength(List<Sequence> sequences, Packing packing, int[] rows) {
    return Arrays.stream(rows)
        .boxed()
        .sorted(
            Comparator.comparingInt(
                row ->
                    -packing.rows().get(row).stream()
                        .mapToInt(it -> sequences.get(it).length())
                        .sum()))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  int steps() {
    return targets.length;
  }
}
