package dev.treadle.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.store.redaction.Redactor;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.ExchangeCodec;
import dev.treadle.transcript.Feedback;
import dev.treadle.transcript.FeedbackCodec;
import dev.treadle.transcript.RawJson;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.StringNode;

class ExchangeLogTest {
  private static final String TOKEN = "gh" + "p_" + "z9Y8x7W6v5U4t3S2r1Q0p9O8n7M6l5K4j3I2";

  @TempDir Path folder;
  private Lake lake;
  private ExchangeLog door;
  private final Random random = new Random(5);

  @BeforeEach
  void open() {
    lake = Lakes.create(folder, 1);
    door = lake.exchanges(Redactor.standard());
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private Exchange exchange(String ask, String say) {
    return Exchanges.answered(Lakes.NOW, random, ask, say);
  }

  private List<Exchange> read() {
    List<Exchange> all = new ArrayList<>();
    try (Lines lines = lake.latest(Stream.EXCHANGES)) {
      lines.forEachRemaining(
          line -> all.add(ExchangeCodec.decode(line.json(), name -> lake.blobs().get(name))));
    }
    return all;
  }

  @Test
  void keepsAnExchangeAsItWas() {
    Exchange exchange =
        exchange("What is a treadle?", "A pedal.\n\"It\" keeps a wheel turning 😀.");

    assertThat(door.keep(exchange, Durability.BEFORE_ANSWER).isDurable()).isTrue();

    assertThat(read()).containsExactly(exchange);
    assertThat(door.redactions()).isEmpty();
  }

  @Test
  void theLastOfAnIdCounts() {
    Exchange whole = exchange("a", "b");
    door.keep(Exchanges.open(whole.id(), whole.time(), "a"), Durability.BEFORE_ANSWER);
    door.keep(whole, Durability.BEFORE_ANSWER);

    assertThat(read()).containsExactly(whole);
    assertThat(lake.heads(Stream.EXCHANGES).live()).isEqualTo(1);
  }

  @Test
  void oneSecretHasOnePlaceholderThroughoutARecordHoweverItIsEscaped() throws IOException {
    String escaped = TOKEN.replace("p_", "p\\u005f").replace("z", "\\u007a");
    Exchange it = exchange("x", "y");
    Exchange.Attempt attempt = it.attempts().getFirst();
    Exchange said =
        new Exchange(
            it.id(),
            it.time(),
            it.state(),
            it.protocol(),
            it.path() + "?key=" + TOKEN,
            it.purpose(),
            it.subject(),
            it.conversation(),
            it.route(),
            Exchanges.raw("{\"k\":\"use " + escaped + "\",\"" + escaped + "\":[1.50]}"),
            Map.of("user-agent", "me " + TOKEN),
            it.decision(),
            List.of(
                new Exchange.Attempt(
                    attempt.upstream(),
                    attempt.model(),
                    attempt.start(),
                    attempt.length(),
                    Optional.of(401),
                    Optional.of("auth"),
                    Optional.of("bad key " + TOKEN))),
            Exchanges.body("your " + TOKEN)
                .map(b -> new Exchange.Answer(200, false, 0, Optional.of(b), List.of(TOKEN))),
            it.usage(),
            it.cost(),
            it.timings(),
            Optional.of(TOKEN),
            Map.of("note", StringNode.valueOf(TOKEN)));

    door.keep(said, Durability.BEFORE_ANSWER);
    door.keep(exchange("again " + TOKEN, "z"), Durability.BEFORE_ANSWER);

    String line = read().getFirst().toString();
    assertThat(line)
        .contains("{\"k\":\"use <SECRET:github:1>\",\"<SECRET:github:1>\":[1.50]}")
        .contains("bad key <SECRET:github:1>")
        .contains("your <SECRET:github:1>")
        .doesNotContain("github:2")
        .doesNotContain(TOKEN);
    assertThat(read().get(1).toString()).contains("again <SECRET:github:1>");
    assertThat(door.redactions()).containsEntry("github", 10L);
    lake.seal();
    assertThat(allBytes()).doesNotContain(TOKEN).doesNotContain("005f");
  }

  private String allBytes() throws IOException {
    StringBuilder all = new StringBuilder();
    try (java.util.stream.Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        all.append(
            file.toString().endsWith(".zst")
                ? new String(
                    new com.github.luben.zstd.ZstdInputStream(
                            new java.io.ByteArrayInputStream(bytes))
                        .readAllBytes(),
                    StandardCharsets.UTF_8)
                : new String(bytes, StandardCharsets.ISO_8859_1));
      }
    }
    return all.toString();
  }

  @Test
  void aLongTextGoesIntoABlobAndComesBack() {
    String longText = "word ".repeat(20_000) + TOKEN;
    Exchange exchange = exchange(longText, "short");

    door.keep(exchange, Durability.BEFORE_ANSWER);

    try (Lines lines = lake.latest(Stream.EXCHANGES)) {
      RawLine line = lines.next();
      assertThat(line.json().length).isLessThan(3000);
      assertThat(line.toString())
          .contains("\"blobs\":[{\"at\":\"/request/messages/0/content\",\"sha256\":\"");
    }
    assertThat(read().getFirst().request())
        .isEqualTo(Exchanges.request(longText.replace(TOKEN, "<SECRET:github:1>")));
  }

  @Test
  void aRecordOverTheLineLimitIsKeptWithoutItsBodiesAndMarked() {
    StringBuilder many = new StringBuilder("[0");
    for (int i = 0; i < 9000; i++) {
      many.append(",\"").append("x".repeat(2000)).append('"');
    }
    Exchange it = exchange("a", "b");
    Exchange tooLong = it.withBodies(Exchanges.raw(many + "]"), it.answer());

    door.keep(tooLong, Durability.BEFORE_ANSWER);

    Exchange kept = read().getFirst();
    assertThat(kept.request()).isEmpty();
    assertThat(kept.answer().orElseThrow().body()).isEmpty();
    assertThat(kept.answer().orElseThrow().status()).isEqualTo(200);
    assertThat(kept.extra())
        .hasEntrySatisfying(
            ExchangeLog.TOO_LONG, bytes -> assertThat(bytes.asInt()).isGreaterThan(16 << 20));
    assertThat(door.withoutBodies()).isEqualTo(1);
  }

  @Test
  void aTrustedBodyThatIsNoJsonDoesNotBreakTheLog() {
    Exchange it = exchange("a", "b");
    RawJson broken = RawJson.trusted("{\"a\":\"\n\",".getBytes(StandardCharsets.UTF_8));

    door.keep(it.withBodies(Optional.of(broken), it.answer()), Durability.BEFORE_ANSWER);
    door.keep(it.withBodies(Optional.empty(), Optional.empty()), Durability.BEFORE_ANSWER);

    try (Lines lines = lake.read(Stream.EXCHANGES)) {
      Exchange kept = ExchangeCodec.decode(lines.next().json());
      assertThat(kept.extra()).containsKey(ExchangeLog.NOT_JSON);
      assertThat(kept.request()).isEmpty();
      assertThat(ExchangeCodec.decode(lines.next().json()).id()).isEqualTo(it.id());
    }
  }

  @Test
  void keepsFeedbackRedacted() {
    Feedback feedback =
        new Feedback(
            Feedback.newId(Lakes.NOW, random),
            Lakes.NOW,
            Optional.of("xc_1"),
            Optional.empty(),
            Optional.of("p_1"),
            Optional.of(0.5),
            Optional.of(true),
            Optional.of("better with " + TOKEN),
            Optional.empty(),
            Optional.empty(),
            Map.of("seen", StringNode.valueOf("by ann@example.com")));

    door.keep(feedback, Durability.BEFORE_ANSWER);

    try (Lines lines = lake.latest(Stream.FEEDBACK)) {
      Feedback kept = FeedbackCodec.decode(lines.next().json());
      assertThat(kept.correction()).contains("better with <SECRET:github:1>");
      assertThat(kept.labels().toString()).contains("<PII:email:1>");
      assertThat(kept.id()).isEqualTo(feedback.id());
    }
    assertThat(door.redactions()).containsEntry("email", 1L).containsEntry("github", 1L);
  }

  @Test
  void manyThreadsKeepAtOnceAndEachTicketSettles() throws InterruptedException {
    int callers = 64;
    int each = 50;
    Set<String> durable = ConcurrentHashMap.newKeySet();
    CountDownLatch settled = new CountDownLatch(callers * each);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int caller = 0; caller < callers; caller++) {
        Random ids = new Random(caller);
        String secret = TOKEN.substring(0, TOKEN.length() - 2) + "%02d".formatted(caller);
        threads.execute(
            () -> {
              for (int i = 0; i < each; i++) {
                Exchange it = Exchanges.answered(Lakes.NOW, ids, "key " + secret, "ok " + secret);
                door.keep(it, i % 2 == 0 ? Durability.BEFORE_ANSWER : Durability.GROUP_COMMIT)
                    .whenSettled(
                        failure -> {
                          if (failure.isEmpty()) {
                            durable.add(it.id());
                          }
                          settled.countDown();
                        });
              }
            });
      }
    }
    assertThat(settled.await(30, TimeUnit.SECONDS)).isTrue();

    Set<String> kept = new HashSet<>();
    for (Exchange it : read()) {
      kept.add(it.id());
      assertThat(it.request().orElseThrow().toString()).contains("key <SECRET:github:1>");
    }
    assertThat(kept).hasSize(callers * each).isEqualTo(durable);
    assertThat(door.redactions()).containsEntry("github", 2L * callers * each);
  }

  @Test
  void aFullDiskIsToldAndTheDoorRecovers() {
    PowerCutDisk disk = new PowerCutDisk(1);
    try (Lake small = Lake.create(Path.of("/lake"), Lakes.settings(disk, 1, LakeLimits.DEFAULT))) {
      ExchangeLog log = small.exchanges(Redactor.none());
      log.keep(exchange("a", "b"), Durability.BEFORE_ANSWER);
      assertThat(log.isFailing()).isFalse();
      disk.failAt(disk.operations(), "No space left on device");

      assertThatThrownBy(() -> log.keep(exchange("c", "d"), Durability.BEFORE_ANSWER))
          .isInstanceOfSatisfying(
              TreadleException.class, e -> assertThat(e.code()).isEqualTo(StoreError.DISK_FULL));

      assertThat(log.isFailing()).isTrue();
      Exchange after = exchange("e", "f");
      log.keep(after, Durability.BEFORE_ANSWER);
      assertThat(log.isFailing()).isFalse();
      assertThat(Lakes.texts(small.latest(Stream.EXCHANGES)))
          .hasSize(2)
          .last()
          .asString()
          .contains(after.id());
    }
  }

  @Test
  void aTicketTellsTheFailureOfAGroupCommit() throws InterruptedException {
    PowerCutDisk disk = new PowerCutDisk(1);
    List<Optional<TreadleException>> told = new ArrayList<>();
    CountDownLatch settled = new CountDownLatch(1);
    try (Lake small = Lake.create(Path.of("/lake"), Lakes.settings(disk, 1, LakeLimits.DEFAULT))) {
      ExchangeLog log = small.exchanges(Redactor.none());
      disk.failAt(disk.operations(), "Input/output error");
      log.keep(exchange("a", "b"), Durability.GROUP_COMMIT)
          .whenSettled(
              failure -> {
                told.add(failure);
                settled.countDown();
              });
      assertThat(settled.await(30, TimeUnit.SECONDS)).isTrue();

      assertThat(told.getFirst()).isPresent();
      assertThat(log.isFailing()).isTrue();
    }
  }
}
