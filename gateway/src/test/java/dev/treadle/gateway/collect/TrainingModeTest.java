package dev.treadle.gateway.collect;

import static dev.treadle.gateway.collect.Trials.LONG;
import static dev.treadle.gateway.collect.Trials.NOW;
import static dev.treadle.gateway.collect.Trials.said;
import static dev.treadle.gateway.collect.Trials.sample;
import static dev.treadle.gateway.collect.Trials.settings;
import static dev.treadle.gateway.collect.Trials.stopped;
import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.transcript.Candidate;
import dev.treadle.transcript.Comparison;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Acceptance, crashes and limits. */
class TrainingModeTest {
  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  private Trials trials;

  @BeforeEach
  void open() {
    trials = new Trials(folder);
  }

  @AfterEach
  void close() {
    trials.close();
  }

  @Test
  void whatWasAcceptedIsComparedByTheNextProcess() {
    CountDownLatch asked = new CountDownLatch(2);
    CountDownLatch ended = new CountDownLatch(1);
    TrainingMode first =
        trials.mode(
            (_, _, _, _, _) -> {
              asked.countDown();
              await(ended);
              return stopped();
            });
    first.offer(sample(1, "mail ann@example.com"));
    await(asked);
    first.offer(sample(2, "waits"));
    first.stop();
    ended.countDown();
    first.close();

    List<Comparison> pending = trials.read(true);
    assertThat(pending).hasSize(2).allMatch(Inquiry::isPending);
    assertThat(pending).allMatch(it -> it.candidates().isEmpty());

    List<String> seen = new CopyOnWriteArrayList<>();
    try (TrainingMode second =
        trials.mode(
            (model, chat, _, _, _) -> {
              seen.add(chat.path("messages").path(0).path("content").asString(""));
              return said(model);
            })) {
      assertThat(second.awaitHandled(2, LONG)).isTrue();
      assertThat(second.tally().resumedCount()).isEqualTo(2);
    }
    List<Comparison> done = trials.read(true);
    assertThat(done).hasSize(2).noneMatch(Inquiry::isPending);
    assertThat(done)
        .allSatisfy(
            it ->
                assertThat(it.candidates())
                    .extracting(Candidate::score)
                    .containsExactly(Optional.of(1.0), Optional.of(0.0)));
    assertThat(seen).anyMatch(it -> it.startsWith("mail ")).noneMatch(it -> it.contains("ann@"));
    assertThat(new TreeSet<>(ids(done))).isEqualTo(new TreeSet<>(ids(pending)));

    TrainingMode third = trials.mode((model, _, _, _, _) -> said(model));
    third.stop();
    third.offer(sample(3, "after"));
    third.close();
    assertThat(third.tally().resumedCount()).isZero();
    assertThat(trials.read(false)).as("two pending, two done, one pending").hasSize(5);
  }

  private static List<String> ids(List<Comparison> all) {
    return all.stream().map(it -> it.header().id().value()).toList();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aQuestionThatManyProcessesEndedOverIsClosed() {
    AtomicInteger asked = new AtomicInteger();
    int processes = 0;
    boolean isPending = true;
    while (isPending && processes < 20) {
      CountDownLatch began = new CountDownLatch(1);
      CountDownLatch ended = new CountDownLatch(1);
      TrainingMode mode =
          trials.mode(
              (_, _, _, _, _) -> {
                asked.incrementAndGet();
                began.countDown();
                await(ended);
                return stopped();
              });
      if (processes++ == 0) {
        mode.offer(sample(1, "poison"));
      }
      if (processes <= 10) {
        await(began);
      } else {
        assertThat(mode.awaitHandled(1, LONG)).isTrue();
      }
      mode.stop();
      ended.countDown();
      mode.close();
      isPending = Inquiry.isPending(trials.read(true).getFirst());
    }
    assertThat(processes).isEqualTo(11);
    assertThat(asked.get()).isLessThanOrEqualTo(20);
    assertThat(trials.read(true).getFirst().candidates())
        .extracting(it -> it.error().orElse(""))
        .containsOnly("not asked: the gateway ended over it 10 times");
  }

  @Test
  void aDefectClosesAQuestionAfterThreeTries() {
    AtomicInteger asked = new AtomicInteger();
    try (TrainingMode mode =
        trials.mode(
            (model, _, _, _, _) -> {
              if (model.equals("x")) {
                asked.incrementAndGet();
                throw new IllegalArgumentException("a defect");
              }
              return said(model);
            })) {
      mode.offer(sample(1, "poison"));
      mode.offer(sample(2, "poison"));
      assertThat(mode.awaitHandled(2, LONG)).isTrue();
    }
    assertThat(asked.get()).isEqualTo(6);
    assertThat(trials.read(true))
        .hasSize(2)
        .allSatisfy(
            it ->
                assertThat(it.candidates())
                    .allMatch(of -> of.error().orElse("").contains("a defect")));
    assertThat(trials.warnings).anyMatch(it -> it.contains("a defect"));
  }

  @Test
  void aQuestionOfTheDayBeforeYesterdayIsClosed() {
    TrainingMode first = trials.mode((_, _, _, _, _) -> said("x"));
    first.stop();
    first.offer(sample(1, "late"));
    first.close();
    trials.now = NOW.plus(Duration.ofHours(25));
    try (TrainingMode second = trials.mode((model, _, _, _, _) -> said(model))) {
      assertThat(second.awaitHandled(1, LONG)).isTrue();
    }
    assertThat(trials.read(true).getFirst().candidates())
        .extracting(it -> it.error().orElse(""))
        .containsOnly("not asked: the question waited for over a day");
  }

  @Test
  void skipsWhatFindsNoRoom() {
    trials.settings = settings(Optional.empty(), 1, 2);
    CountDownLatch asked = new CountDownLatch(2);
    CountDownLatch go = new CountDownLatch(1);
    try (TrainingMode mode =
        trials.mode(
            (model, _, _, _, _) -> {
              asked.countDown();
              await(go);
              return said(model);
            })) {
      mode.offer(sample(1, "runs"));
      await(asked);
      for (int i = 2; i < 7; i++) {
        mode.offer(sample(i, "waits"));
      }
      assertThat(mode.tally().skippedCount(Skip.QUEUE_FULL)).isEqualTo(3);
      assertThat(mode.open()).isEqualTo(3);
      go.countDown();
      assertThat(mode.awaitHandled(6, LONG)).isTrue();
      assertThat(mode.tally().comparedCount()).isEqualTo(3);
    }
    assertThat(trials.warnings).containsOnlyOnce("question_skipped {why=queue_full}");
  }

  @Test
  void drawsTheSameShareEveryTime() {
    int drawn = 0;
    for (int i = 0; i < 10_000; i++) {
      drawn += Draw.of("xc_%026d".formatted(i)) < 0.25 ? 1 : 0;
    }
    assertThat(drawn).isBetween(2350, 2650);
    assertThat(Draw.of("xc_1")).isEqualTo(Draw.of("xc_1"));
  }
}
