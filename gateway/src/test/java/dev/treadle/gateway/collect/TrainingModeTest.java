package dev.treadle.gateway.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.gateway.http.Headers;
import dev.treadle.measure.score.Judgement;
import dev.treadle.store.Lake;
import dev.treadle.store.Lakes;
import dev.treadle.store.Lines;
import dev.treadle.store.Stream;
import dev.treadle.store.redaction.Redactor;
import dev.treadle.transcript.Candidate;
import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.ExampleCodec;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.dialect.Protocol;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Acceptance, crashes, limits and uploads, with models that are functions. */
class TrainingModeTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");

  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  private Lake lake;

  private Instant now = NOW;
  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private CollectSettings settings = settings(Optional.empty(), 4, 100);

  @BeforeEach
  void open() {
    lake = Lakes.create(folder, 3);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private static CollectSettings settings(Optional<URI> storage, int concurrency, int queue) {
    return new CollectSettings(
        true,
        CollectSettings.Mode.TRAINING,
        1,
        storage,
        new CollectSettings.Training(
            List.of("x", "y"),
            Optional.empty(),
            Duration.ofSeconds(20),
            2,
            Duration.ofMillis(1),
            new CollectSettings.Limits(
                concurrency,
                queue,
                LONG,
                CollectSettings.Limits.DEFAULT.maxQuestionsPerDay(),
                CollectSettings.Limits.DEFAULT.maxCostPerDay())));
  }

  private TrainingMode mode(Models models) {
    TrainingMode mode =
        new TrainingMode(
            new ComparisonStore(lake, Redactor.standard()),
            new TrainingMode.Outside(
                () -> now,
                System::nanoTime,
                models,
                _ -> (_, answer) -> new Judgement(answer.equals("from x") ? 1 : 0, "exact", ""),
                () -> Optional.of("tk_1"),
                (event, fields) -> warnings.add(event + " " + fields)));
    mode.change(settings);
    return mode;
  }

  private static Models.Said said(String model) {
    return new Models.Said(
        Optional.of(Message.Assistant.of("from " + model)),
        Duration.ofMillis(5),
        Optional.empty(),
        Optional.empty());
  }

  private static Models.Said stopped() {
    return new Models.Said(
        Optional.empty(), Duration.ZERO, Optional.empty(), Optional.of("stopping"));
  }

  private static Sample sample(int number, String text) {
    String body =
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}".formatted(text);
    return new Sample(
        "xc_%026d".formatted(number),
        NOW,
        "cv_" + number,
        Optional.of("p_1"),
        Protocol.CHAT,
        body.getBytes(StandardCharsets.UTF_8),
        Optional.empty(),
        Map.of(),
        new Headers());
  }

  private List<Comparison> read(boolean latest) {
    lake.flush();
    List<Comparison> all = new ArrayList<>();
    try (Lines lines = latest ? lake.latest(Stream.COMPARISONS) : lake.read(Stream.COMPARISONS)) {
      lines.forEachRemaining(it -> all.add((Comparison) ExampleCodec.decode(it.json())));
    }
    return all;
  }

  @Test
  void whatWasAcceptedIsComparedByTheNextProcess() {
    CountDownLatch asked = new CountDownLatch(2);
    CountDownLatch ended = new CountDownLatch(1);
    TrainingMode first =
        mode(
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

    List<Comparison> pending = read(true);
    assertThat(pending).hasSize(2).allMatch(Inquiry::isPending);
    assertThat(pending).allMatch(it -> it.candidates().isEmpty());

    List<String> seen = new CopyOnWriteArrayList<>();
    try (TrainingMode second =
        mode(
            (model, chat, _, _, _) -> {
              seen.add(chat.path("messages").path(0).path("content").asString(""));
              return said(model);
            })) {
      assertThat(second.awaitHandled(2, LONG)).isTrue();
      assertThat(second.tally().resumedCount()).isEqualTo(2);
    }
    List<Comparison> done = read(true);
    assertThat(done).hasSize(2).noneMatch(Inquiry::isPending);
    assertThat(done)
        .allSatisfy(
            it ->
                assertThat(it.candidates())
                    .extracting(Candidate::score)
                    .containsExactly(Optional.of(1.0), Optional.of(0.0)));
    assertThat(seen).anyMatch(it -> it.startsWith("mail ")).noneMatch(it -> it.contains("ann@"));
    assertThat(new TreeSet<>(ids(done))).isEqualTo(new TreeSet<>(ids(pending)));

    TrainingMode third = mode((model, _, _, _, _) -> said(model));
    third.stop();
    third.offer(sample(3, "after"));
    third.close();
    assertThat(third.tally().resumedCount()).isZero();
    assertThat(read(false)).as("two pending, two done, one pending").hasSize(5);
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
          mode(
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
      isPending = Inquiry.isPending(read(true).getFirst());
    }
    assertThat(processes).isEqualTo(11);
    assertThat(asked.get()).isLessThanOrEqualTo(20);
    assertThat(read(true).getFirst().candidates())
        .extracting(it -> it.error().orElse(""))
        .containsOnly("not asked: the gateway ended over it 10 times");
  }

  @Test
  void aDefectClosesAQuestionAfterThreeTries() {
    AtomicInteger asked = new AtomicInteger();
    try (TrainingMode mode =
        mode(
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
    assertThat(read(true))
        .hasSize(2)
        .allSatisfy(
            it ->
                assertThat(it.candidates())
                    .allMatch(of -> of.error().orElse("").contains("a defect")));
    assertThat(warnings).anyMatch(it -> it.contains("a defect"));
  }

  @Test
  void aQuestionOfTheDayBeforeYesterdayIsClosed() {
    TrainingMode first = mode((_, _, _, _, _) -> said("x"));
    first.stop();
    first.offer(sample(1, "late"));
    first.close();
    now = NOW.plus(Duration.ofHours(25));
    try (TrainingMode second = mode((model, _, _, _, _) -> said(model))) {
      assertThat(second.awaitHandled(1, LONG)).isTrue();
    }
    assertThat(read(true).getFirst().candidates())
        .extracting(it -> it.error().orElse(""))
        .containsOnly("not asked: the question waited for over a day");
  }

  @Test
  void skipsWhatFindsNoRoom() {
    settings = settings(Optional.empty(), 1, 2);
    CountDownLatch asked = new CountDownLatch(2);
    CountDownLatch go = new CountDownLatch(1);
    try (TrainingMode mode =
        mode(
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
    assertThat(warnings).containsOnlyOnce("question_skipped {why=queue_full}");
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

  @Test
  void uploadsEveryComparisonOnceTheCollectorIsThere() {
    AtomicInteger calls = new AtomicInteger();
    try (Postbox collector =
        Postbox.answering(
            _ ->
                calls.getAndIncrement() == 0
                    ? new Postbox.Said(503, "")
                    : new Postbox.Said(200, "{}"))) {
      settings = settings(Optional.of(collector.url()), 4, 100);
      try (TrainingMode mode = mode((model, _, _, _, _) -> said(model))) {
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
    TrainingMode unreachable = mode((model, _, _, _, _) -> said(model));
    for (int i = 1; i < 6; i++) {
      unreachable.offer(sample(i, "question " + i));
    }
    assertThat(unreachable.awaitHandled(5, LONG)).isTrue();
    unreachable.close();
    try (Postbox collector = Postbox.answering(_ -> new Postbox.Said(200, "{}"))) {
      settings = settings(Optional.of(collector.url()), 4, 100);
      try (TrainingMode mode = mode((model, _, _, _, _) -> said(model))) {
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
        TrainingMode mode = mode((model, _, _, _, _) -> said(model))) {
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
      settings = settings(Optional.of(collector.url()), 1, 100);
      try (TrainingMode mode = mode((model, _, _, _, _) -> said(model))) {
        for (int i = 1; i < 6; i++) {
          mode.offer(sample(i, "question " + i));
        }
        int taken = 0;
        while (taken < 4) {
          JsonNode batch = collector.next();
          taken += batch.toString().contains("question 2") ? 0 : batch.path("count").asInt();
        }
      }
      try (TrainingMode mode = mode((model, _, _, _, _) -> said(model))) {
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
