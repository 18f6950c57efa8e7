package dev.treadle.gateway.collect;

import static dev.treadle.gateway.collect.Trials.LONG;
import static dev.treadle.gateway.collect.Trials.NOW;
import static dev.treadle.gateway.collect.Trials.said;
import static dev.treadle.gateway.collect.Trials.sample;
import static dev.treadle.gateway.collect.Trials.settings;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** How comparisons come to a collector. */
class UploadTest {
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
  void uploadsEveryComparisonOnceTheCollectorIsThere() {
    AtomicInteger calls = new AtomicInteger();
    try (Postbox collector =
        Postbox.answering(
            _ ->
                calls.getAndIncrement() == 0
                    ? new Postbox.Said(503, "")
                    : new Postbox.Said(200, "{}"))) {
      trials.settings = settings(Optional.of(collector.url()), 4, 100);
      try (TrainingMode mode = trials.mode((model, _, _, _, _) -> said(model))) {
        mode.offer(sample(1, "mail ann@example.com"));
        collector.next();
        JsonNode batch = collector.next();
        assertThat(mode.tally().failedUploads()).isEqualTo(1);

        JsonNode point = batch.path("data_points").path(0);
        assertThat(batch.path("count").asInt()).isEqualTo(1);
        assertThat(batch.path("timestamp").asLong()).isEqualTo(NOW.getEpochSecond());
        assertThat(point.path("question").asString()).startsWith("mail ").doesNotContain("ann@");
        assertThat(point.path("responses").path("x").path("answer").asString()).isEqualTo("from x");
        assertThat(point.path("responses").path("x").path("latency").asInt()).isEqualTo(5);
        assertThat(point.path("scores").path("x").asDouble()).isEqualTo(1);
        assertThat(point.path("timestamp").asLong()).isEqualTo(NOW.getEpochSecond());
        assertThat(collector.keys()).containsOnly("Bearer tk_1");
      }
    }
  }

  @Test
  void goesOnUploadingWhereTheProcessBeforeEnded() {
    TrainingMode unreachable = trials.mode((model, _, _, _, _) -> said(model));
    for (int i = 1; i < 6; i++) {
      unreachable.offer(sample(i, "question " + i));
    }
    assertThat(unreachable.awaitHandled(5, LONG)).isTrue();
    unreachable.close();
    try (Postbox collector = Postbox.answering(_ -> new Postbox.Said(200, "{}"))) {
      trials.settings = settings(Optional.of(collector.url()), 4, 100);
      try (TrainingMode mode = trials.mode((model, _, _, _, _) -> said(model))) {
        List<String> questions = new ArrayList<>();
        while (questions.size() < 5) {
          collector
              .next()
              .path("data_points")
              .forEach(it -> questions.add(it.path("question").asString()));
        }
        assertThat(questions).doesNotHaveDuplicates().allMatch(it -> it.startsWith("question "));
        assertThat(mode.tally().resumedCount()).isZero();
      }
    }
  }

  @Test
  void aCollectorThatIsNamedLaterGetsWhatWasComparedBefore() {
    try (Postbox collector = Postbox.answering(_ -> new Postbox.Said(200, "{}"));
        TrainingMode mode = trials.mode((model, _, _, _, _) -> said(model))) {
      for (int i = 1; i < 4; i++) {
        mode.offer(sample(i, "question " + i));
      }
      assertThat(mode.awaitHandled(3, LONG)).isTrue();
      mode.change(settings(Optional.of(collector.url()), 4, 100));
      mode.offer(sample(4, "question 4"));
      List<String> questions = new ArrayList<>();
      while (questions.size() < 4) {
        collector
            .next()
            .path("data_points")
            .forEach(it -> questions.add(it.path("question").asString()));
      }
      assertThat(questions)
          .containsExactlyInAnyOrder("question 1", "question 2", "question 3", "question 4");
    }
  }

  @Test
  void onePointThatTheCollectorRefusesHoldsUpNoOther() {
    try (Postbox collector =
        Postbox.answering(
            it ->
                it.toString().contains("question 2")
                    ? new Postbox.Said(400, "")
                    : new Postbox.Said(200, "{}"))) {
      trials.settings = settings(Optional.of(collector.url()), 1, 100);
      try (TrainingMode mode = trials.mode((model, _, _, _, _) -> said(model))) {
        for (int i = 1; i < 6; i++) {
          mode.offer(sample(i, "question " + i));
        }
        int taken = 0;
        while (taken < 4) {
          JsonNode batch = collector.next();
          taken += batch.toString().contains("question 2") ? 0 : batch.path("count").asInt();
        }
      }
      try (TrainingMode mode = trials.mode((model, _, _, _, _) -> said(model))) {
        mode.offer(sample(9, "the last"));
        JsonNode batch = collector.next();
        while (!batch.toString().contains("the last")) {
          batch = collector.next();
        }
        assertThat(batch.path("count").asInt()).isEqualTo(1);
      }
    }
  }
}
