package dev.treadle.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.store.Durability;
import dev.treadle.store.ExampleLog;
import dev.treadle.store.Lake;
import dev.treadle.store.LakeLimits;
import dev.treadle.store.LakeSettings;
import dev.treadle.store.SystemDisk;
import dev.treadle.store.redaction.Redactor;
import dev.treadle.transcript.Candidate;
import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.Header;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.Source;
import dev.treadle.transcript.Usd;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import tools.jackson.databind.JsonNode;

/**
 * A workspace with one learned route and comparisons: the small model knows cooking, the large one
 * law.
 */
final class WheelWorkspace {
  static final String CONFIGURATION =
      """
      upstreams:
        near: {kind: scripted}
        far: {kind: scripted}
      routes:
        ask: {to: [near/small, far/large], policy: learned}
      router:
        categories: {small: easy, large: hard}
      """;
  static final Instant FIRST = Instant.parse("2026-11-19T08:00:00Z");

  private final FakeMachine machine;

  WheelWorkspace(Path place) throws IOException {
    machine = new FakeMachine(place);
    configure(CONFIGURATION);
  }

  FakeMachine machine() {
    return machine;
  }

  void configure(String yaml) throws IOException {
    Files.writeString(machine.folder().resolve("treadle.yaml"), yaml);
  }

  Lake lake() {
    return lake(FIRST);
  }

  /** The lake, written to at that time. */
  Lake lake(Instant now) {
    Path root = machine.folder().resolve("lake");
    LakeSettings settings =
        new LakeSettings(
            new SystemDisk(), () -> now, new SplittableRandom(7), 1, LakeLimits.DEFAULT);
    return Files.exists(root.resolve("FORMAT"))
        ? Lake.open(root, settings)
        : Lake.create(root, settings);
  }

  /** Keeps comparisons. */
  void compare(int from, int to) {
    keep(from, to, WheelWorkspace::comparison);
  }

  void keep(int from, int to, IntFunction<Comparison> comparison) {
    try (Lake lake = lake()) {
      ExampleLog log = lake.comparisons(Redactor.standard());
      for (int i = from; i < to; i++) {
        log.keep(comparison.apply(i), Durability.GROUP_COMMIT);
      }
      log.settle();
    }
  }

  static Comparison comparison(int number) {
    return comparison(number, Optional.of("0.0001"));
  }

  static Comparison comparison(int number, Optional<String> smallUsd) {
    SplittableRandom random = new SplittableRandom(number);
    boolean isCooking = random.nextInt(2) == 0;
    String question =
        isCooking
            ? "How long must soup with %d carrots simmer in the kitchen?".formatted(number)
            : "Which court hears appeal %d against the tenant's contract?".formatted(number);
    double small = random.nextDouble() < (isCooking ? 0.9 : 0.2) ? 1 : 0;
    double large = random.nextDouble() < (isCooking ? 0.3 : 0.9) ? 1 : 0;
    Source source =
        new Source(
            "gateway",
            "xc_" + number + "/compare",
            "c_" + number,
            Optional.empty(),
            Optional.empty(),
            Optional.of(FIRST.plusSeconds(number)));
    return new Comparison(
        Header.of(source),
        List.of(Message.user(question)),
        List.of(),
        List.of(
            candidate("small", small, smallUsd),
            candidate("far/large", large, Optional.of("0.002"))));
  }

  private static Candidate candidate(String model, double score, Optional<String> usd) {
    return new Candidate(
        model,
        Optional.of(Message.Assistant.of(score > 0 ? "right" : "wrong")),
        Optional.of(score),
        Optional.of(Duration.ofMillis(10)),
        usd.map(it -> new Usd(new BigDecimal(it))),
        Optional.empty());
  }

  JsonNode turn(int expected, String... more) {
    List<String> words = new ArrayList<>(List.of("turn", "--json"));
    words.addAll(List.of(more));
    assertThat(machine.run(words.toArray(String[]::new))).as(machine.all()).isEqualTo(expected);
    return dev.treadle.transcript.Json.read(machine.out());
  }
}
