package dev.treadle.gateway.collect;

import dev.treadle.gateway.http.Headers;
import dev.treadle.measure.score.Judgement;
import dev.treadle.store.Lake;
import dev.treadle.store.Lakes;
import dev.treadle.store.Lines;
import dev.treadle.store.Stream;
import dev.treadle.store.redaction.Redactor;
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
import java.util.concurrent.CopyOnWriteArrayList;

/** A lake, a clock and training modes over them, whose models are functions. */
final class Trials implements AutoCloseable {
  static final Duration LONG = Duration.ofSeconds(30);
  static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");

  final List<String> warnings = new CopyOnWriteArrayList<>();
  Instant now = NOW;
  CollectSettings settings = settings(Optional.empty(), 4, 100);
  private final Lake lake;

  Trials(Path folder) {
    lake = Lakes.create(folder, 3);
  }

  static CollectSettings settings(Optional<URI> storage, int concurrency, int queue) {
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

  TrainingMode mode(Models models) {
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

  static Models.Said said(String model) {
    return new Models.Said(
        Optional.of(Message.Assistant.of("from " + model)),
        Duration.ofMillis(5),
        Optional.empty(),
        Optional.empty());
  }

  static Models.Said stopped() {
    return new Models.Said(
        Optional.empty(), Duration.ZERO, Optional.empty(), Optional.of("stopping"));
  }

  static Sample sample(int number, String text) {
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

  List<Comparison> read(boolean latest) {
    lake.flush();
    List<Comparison> all = new ArrayList<>();
    try (Lines lines = latest ? lake.latest(Stream.COMPARISONS) : lake.read(Stream.COMPARISONS)) {
      lines.forEachRemaining(it -> all.add((Comparison) ExampleCodec.decode(it.json())));
    }
    return all;
  }

  @Override
  public void close() {
    lake.close();
  }
}
