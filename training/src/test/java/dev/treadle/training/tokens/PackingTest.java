package dev.treadle.training.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PackingTest {
  static Sequence sequence(int length) {
    boolean[] targets = new boolean[length];
    for (int i = 1; i < length; i += 2) {
      targets[i] = true;
    }
    return new Sequence(new int[length], targets);
  }

  private static List<Sequence> sequences(List<Integer> lengths) {
    return lengths.stream().map(PackingTest::sequence).toList();
  }

  @Test
  void putsEachWhereItLeavesTheLeastRoom() {
    assertThat(Packing.bestFit(sequences(List.of(2, 6, 3, 7, 4, 1)), 10).rows())
        .containsExactly(List.of(2, 3), List.of(1, 4), List.of(0, 5));
  }

  @Test
  void leavesOneSequenceARowWithoutPacking() {
    assertThat(Packing.none(sequences(List.of(2, 3))).rows())
        .containsExactly(List.of(0), List.of(1));
  }

  @Property(tries = 300)
  void rowsHoldEachSequenceOnceAndNoMoreThanFits(
      @ForAll @Size(max = 60) List<@IntRange(min = 1, max = 50) Integer> lengths) {
    List<Sequence> sequences = sequences(lengths);
    List<List<Integer>> rows = Packing.bestFit(sequences, 50).rows();
    List<Integer> all = new ArrayList<>();
    for (List<Integer> row : rows) {
      all.addAll(row);
      assertThat(row.stream().mapToInt(it -> sequences.get(it).length()).sum())
          .isLessThanOrEqualTo(50);
    }
    all.sort(null);
    assertThat(all).hasSize(lengths.size()).doesNotHaveDuplicates();
    int tokens = lengths.stream().mapToInt(Integer::intValue).sum();
    assertThat(rows.size()).isLessThanOrEqualTo(Math.max(1, 2 * Math.ceilDiv(tokens, 50)));
    assertThat(rows).isEqualTo(Packing.bestFit(sequences, 50).rows());
  }

  @Property(tries = 200)
  void anEpochHasEverySequenceOnceAndCountsItsTargets(
      @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 2, max = 20) Integer> lengths,
      @ForAll @IntRange(min = 1, max = 4) int batchSize,
      @ForAll @IntRange(min = 1, max = 4) int accumulation) {
    List<Sequence> sequences = sequences(lengths);
    Batches batches =
        new Batches(sequences, Packing.bestFit(sequences, 30), batchSize, accumulation, 5);
    Map<Integer, Integer> seen = new HashMap<>();
    Batches.Cursor cursor = Batches.Cursor.START;
    int steps = 0;
    while (cursor.epoch() == 0) {
      Batches.Step step = batches.step(cursor);
      assertThat(step.microBatches()).hasSizeBetween(1, accumulation);
      long targets = 0;
      for (List<Sequence> microBatch : step.microBatches()) {
        long tokens = 0;
        for (Sequence it : microBatch) {
          seen.merge(System.identityHashCode(it), 1, Integer::sum);
          targets += it.targetCount();
          tokens += it.length();
        }
        assertThat(tokens).isLessThanOrEqualTo(batches.mostTokens());
      }
      assertThat(step.targets()).isEqualTo(targets).isPositive();
      cursor = step.next();
      steps++;
    }
    assertThat(steps).isEqualTo(batches.stepsPerEpoch());
    assertThat(seen).hasSize(sequences.size()).allSatisfy((_, it) -> assertThat(it).isOne());
  }

  @Test
  void goesOnFromACursorAsIfItHadNeverStopped() {
    List<Sequence> sequences = sequences(List.of(3, 4, 5, 6, 7, 8, 9));
    Batches whole = new Batches(sequences, Packing.none(sequences), 2, 2, 11);
    Batches.Cursor cursor = Batches.Cursor.START;
    for (int i = 0; i < 5; i++) {
      cursor = whole.step(cursor).next();
    }
    assertThat(cursor).isEqualTo(new Batches.Cursor(2, 4));
    Batches resumed = new Batches(sequences, Packing.none(sequences), 2, 2, 11);
    for (int i = 0; i < 5; i++) {
      assertThat(resumed.step(cursor)).isEqualTo(whole.step(cursor));
      cursor = whole.step(cursor).next();
    }
  }

  @Test
  void evaluatesInTheOrderOfTheRows() {
    List<Sequence> sequences = sequences(List.of(3, 4, 5));
    Batches batches = new Batches(sequences, Packing.none(sequences), 2, 1, 0);
    assertThat(batches.inOrder()).containsExactly(sequences.subList(0, 2), sequences.subList(2, 3));
  }
}
