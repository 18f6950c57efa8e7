package dev.treadle.training.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.training.tokens.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class WorkersTest {
  private static List<Sequence> ofLengths(int... lengths) {
    List<Sequence> sequences = new ArrayList<>();
    for (int it : lengths) {
      sequences.add(new Sequence(new int[it], new boolean[it]));
    }
    return sequences;
  }

  private static List<Integer> lengths(List<Sequence> share) {
    return share.stream().map(Sequence::length).toList();
  }

  @Test
  void everyThreadGetsAboutAsManyTokens() {
    List<List<Sequence>> shares = Workers.divide(ofLengths(5, 9, 4, 7, 3), 2);

    assertThat(shares.stream().map(WorkersTest::lengths))
        .containsExactly(List.of(9, 4), List.of(7, 5, 3));
  }

  @Test
  void thereAreNotMoreSharesThanSequences() {
    assertThat(Workers.divide(ofLengths(5, 9), 8)).hasSize(2);
    assertThat(Workers.divide(ofLengths(5, 9), 1)).hasSize(1);
  }

  @Test
  void aFailureIsToldWhenAllThreadsRest() {
    Libtorch.load();
    CountDownLatch failed = new CountDownLatch(1);
    AtomicBoolean isDone = new AtomicBoolean();
    try (Workers workers = new Workers(2)) {
      assertThatThrownBy(
              () ->
                  workers.each(
                      ofLengths(4, 4),
                      2,
                      (_, thread) -> {
                        if (thread == 0) {
                          failed.countDown();
                          throw new IllegalArgumentException("the first");
                        }
                        await(failed);
                        isDone.set(true);
                        return 1;
                      }))
          .hasMessage("the first");
      assertThat(isDone).isTrue();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
