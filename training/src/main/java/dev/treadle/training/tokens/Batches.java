package dev.treadle.training.tokens;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The steps of a training: which sequences each has, and in which order. All of it follows from the
 * sequences, the packing, the numbers and the seed, so that a {@link Cursor} is enough to go on
 * where a run ended.
 *
 * <p>One thread at a time. Each epoch goes once through all rows, in an order of its own. Its last
 * step may have fewer micro-batches, and its last micro-batch fewer rows.
 */
public final class Batches {
  private final List<Sequence> sequences;
  private final Packing packing;
  private final int batchSize;
  private final int accumulation;
  private final long seed;
  private int[] order;
  private int orderEpoch;

  /**
   * Where a training stands: before which row of the order of which epoch, both from 0.
   *
   * @param row below the number of rows
   */
  public record Cursor(int epoch, int row) {
    /** Before everything. */
    public static final Cursor START = new Cursor(0, 0);
  }

  /**
   * What one step of the optimizer is made of.
   *
   * @param microBatches the sequences of each, computed one after the other
   * @param targets how many tokens count in the loss, in all of them together
   * @param tokens how many tokens there are in all of them together
   * @param next where the following step begins
   */
  public record Step(List<List<Sequence>> microBatches, long targets, long tokens, Cursor next) {
    public Step {
      microBatches = List.copyOf(microBatches);
    }
  }

  /**
   * Steps over sequences.
   *
   * @param batchSize rows of a micro-batch
   * @param accumulation micro-batches of a step
   */
  public Batches(
      List<Sequence> sequences, Packing packing, int batchSize, int accumulation, long seed) {
    if (packing.rows().isEmpty() || batchSize < 1 || accumulation < 1) {
      throw new IllegalArgumentException(
          packing.rows().size() + " rows by " + batchSize + " times " + accumulation);
    }
    this.sequences = List.copyOf(sequences);
    this.packing = packing;
    this.batchSize = batchSize;
    this.accumulation = accumulation;
    this.seed = seed;
    this.order = SplitMix.order(seed, 0, rows());
  }

  /** How many rows an epoch has. */
  public int rows() {
    return packing.rows().size();
  }

  /** The numbers of the rows in the order of an epoch, counted from 0. */
  public int[] order(int epoch) {
    return SplitMix.order(seed, epoch, rows());
  }

  /** How many steps an epoch has. */
  public int stepsPerEpoch() {
    return Math.ceilDiv(rows(), Math.multiplyExact(batchSize, accumulation));
  }

  /** The most tokens that a micro-batch can have, whatever the order. */
  public long mostTokens() {
    List<Long> lengths = new ArrayList<>();
    for (List<Integer> row : packing.rows()) {
      lengths.add(row.stream().mapToLong(it -> sequences.get(it).length()).sum());
    }
    lengths.sort(Collections.reverseOrder());
    return lengths.stream().limit(batchSize).mapToLong(Long::longValue).sum();
  }

  /** The step that begins at {@code cursor}. */
  public Step step(Cursor cursor) {
    if (cursor.epoch() < 0 || cursor.row() < 0 || cursor.row() >= rows()) {
      throw new IllegalArgumentException("no place in " + rows() + " rows: " + cursor);
    }
    if (cursor.epoch() != orderEpoch) {
      order = SplitMix.order(seed, cursor.epoch(), rows());
      orderEpoch = cursor.epoch();
    }
    List<List<Sequence>> microBatches = new ArrayList<>();
    long targets = 0;
    long tokens = 0;
    int row = cursor.row();
    while (row < rows() && microBatches.size() < accumulation) {
      List<Sequence> microBatch = new ArrayList<>();
      int end = (int) Math.min(rows(), (long) row + batchSize);
      for (; row < end; row++) {
        packing.rows().get(order[row]).forEach(it -> microBatch.add(sequences.get(it)));
      }
      for (Sequence it : microBatch) {
        targets += it.targetCount();
        tokens += it.length();
      }
      microBatches.add(List.copyOf(microBatch));
    }
    Cursor next =
        row < rows() ? new Cursor(cursor.epoch(), row) : new Cursor(cursor.epoch() + 1, 0);
    return new Step(microBatches, targets, tokens, next);
  }

  /** The rows in their own order, by micro-batches: for evaluation. */
  public List<List<Sequence>> inOrder() {
    List<List<Sequence>> microBatches = new ArrayList<>();
    for (int row = 0; row < rows(); row += batchSize) {
      List<Sequence> microBatch = new ArrayList<>();
      for (int it = row; it < Math.min(rows(), row + batchSize); it++) {
        packing.rows().get(it).forEach(number -> microBatch.add(sequences.get(number)));
      }
      microBatches.add(List.copyOf(microBatch));
    }
    return microBatches;
  }
}
