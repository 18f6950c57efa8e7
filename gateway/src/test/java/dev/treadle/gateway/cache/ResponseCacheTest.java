package dev.treadle.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.routing.Target;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.RawJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ResponseCacheTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final long MOST = 64 << 10;

  private final ResponseCache cache = new ResponseCache();

  ResponseCacheTest() {
    cache.change(MOST, Set.of(1L));
  }

  private static CacheKey key(int number) {
    return CacheKey.of(1).add(number).key();
  }

  /** An answer whose body is that long. */
  private static CachedAnswer answer(int length) {
    byte[] body = "x".repeat(length).getBytes(StandardCharsets.US_ASCII);
    return new CachedAnswer(
        "xc_1",
        NOON,
        HOUR,
        Target.parse("a"),
        "m",
        new Exchange.Answer(200, false, 0, Optional.of(RawJson.trusted(body)), List.of()),
        Optional.empty(),
        SentBytes.of(body));
  }

  private Optional<CachedAnswer> find(int number) {
    return cache.find(key(number), NOON);
  }

  @Test
  void givesAnAnswerUntilItsTimeIsOver() {
    CachedAnswer answer = answer(10);
    assertThat(cache.put(key(1), answer)).isTrue();

    assertThat(find(1)).contains(answer);
    assertThat(find(2)).isEmpty();
    assertThat(cache.find(key(1), NOON.plus(HOUR).minusNanos(1))).contains(answer);
    assertThat(cache.find(key(1), NOON.plus(HOUR))).isEmpty();
    assertThat(cache.heldBytes()).isZero();
  }

  @Test
  void givesNothingFromTheFuture() {
    cache.put(key(1), answer(10));
    assertThat(cache.find(key(1), NOON.minusNanos(1))).isEmpty();
    assertThat(cache.size()).isZero();
  }

  @Test
  void letsGoOfWhatIsTooOld() {
    cache.put(key(1), answer(10));
    cache.sweep(NOON.plusSeconds(3599));
    assertThat(cache.size()).isEqualTo(1);
    cache.sweep(NOON.plus(HOUR));
    assertThat(cache.size()).isZero();
    assertThat(cache.heldBytes()).isZero();
  }

  @Test
  void whatWasNotAskedForTheLongestMakesRoom() {
    long each = answer(4000).heldBytes();
    int room = (int) (MOST / each);
    for (int i = 0; i < room; i++) {
      cache.put(key(i), answer(4000));
    }
    assertThat(cache.size()).isEqualTo(room);
    assertThat(find(0)).isPresent();

    cache.put(key(room), answer(4000));

    assertThat(find(0)).isPresent();
    assertThat(find(1)).isEmpty();
    assertThat(find(2)).isPresent();
    assertThat(cache.evicted()).isEqualTo(1);
    assertThat(cache.heldBytes()).isEqualTo(room * each).isLessThanOrEqualTo(MOST);
  }

  @Test
  void oneAnswerTakesAnEighthAtMost() {
    int fits = (int) (MOST / 8 - answer(0).heldBytes());
    assertThat(cache.put(key(1), answer(fits))).isTrue();
    assertThat(cache.put(key(2), answer(fits + 1))).isFalse();
    assertThat(cache.size()).isEqualTo(1);
  }

  @Test
  void aNewAnswerTakesThePlaceOfTheOldOne() {
    CachedAnswer second = answer(20);
    cache.put(key(1), answer(10));
    cache.put(key(1), second);

    assertThat(find(1)).contains(second);
    assertThat(cache.heldBytes()).isEqualTo(second.heldBytes());
    assertThat(cache.evicted()).isZero();
  }

  @Test
  void takesBackOnlyTheVeryAnswer() {
    CachedAnswer mine = answer(10);
    CachedAnswer others = answer(10);
    cache.put(key(1), mine);
    cache.put(key(1), others);
    cache.remove(key(1), mine);
    assertThat(find(1)).contains(others);
    cache.remove(key(1), others);
    assertThat(find(1)).isEmpty();
    assertThat(cache.heldBytes()).isZero();
  }

  @Test
  void anEpochThatIsOverTakesItsAnswersAlong() {
    cache.put(key(1), answer(10));
    cache.change(MOST, Set.of(2L));
    assertThat(cache.size()).isZero();
    assertThat(cache.heldBytes()).isZero();
    assertThat(cache.put(key(1), answer(10))).as("of a call that was under way").isFalse();
  }

  @Test
  void aSmallerBoundHoldsAtOnce() {
    for (int i = 0; i < 10; i++) {
      cache.put(key(i), answer(4000));
    }
    cache.put(key(11), answer(1));
    cache.change(MOST / 4, Set.of(1L));
    assertThat(cache.heldBytes()).isLessThanOrEqualTo(MOST / 4);
    assertThat(find(11)).as("the last one").isPresent();
    assertThat(find(9)).as("more than an eighth now").isEmpty();
  }

  @Test
  void recordsAStreamByteForByte() throws IOException {
    Random random = new Random(3);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    Optional<SentBytes> sent;
    cache.change(1 << 20, Set.of(1L));
    try (Recording recording = cache.record()) {
      for (int i = 0; i < 300; i++) {
        byte[] event = new byte[random.nextInt(500)];
        random.nextBytes(event);
        recording.add(event);
        said.write(event);
      }
      assertThat(cache.heldBytes()).isGreaterThanOrEqualTo(said.size());
      sent = recording.end();
    }
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    sent.orElseThrow().writeTo(written);

    assertThat(written.toByteArray()).isEqualTo(said.toByteArray());
    assertThat(sent.orElseThrow().bytes()).isEqualTo(said.toByteArray());
    assertThat(cache.heldBytes()).as("it is the entry's now").isZero();
  }

  @Test
  void aStreamThatIsTooLongIsNotRecorded() {
    try (Recording recording = cache.record()) {
      recording.add(new byte[(int) (MOST / 8)]);
      assertThat(cache.heldBytes()).isEqualTo(MOST / 8);
      recording.add(new byte[1]);
      assertThat(cache.heldBytes()).isZero();
      recording.add(new byte[1]);
      assertThat(recording.end()).isEmpty();
    }
  }

  @Test
  void recordingsTakeAQuarterTogether() {
    List<Recording> recordings = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Recording recording = cache.record();
      recording.add(new byte[4096]);
      recordings.add(recording);
    }
    assertThat(cache.heldBytes()).isEqualTo(MOST / 4);
    assertThat(recordings.stream().filter(it -> it.end().isPresent())).hasSize(4);
    recordings.forEach(Recording::close);
    assertThat(cache.heldBytes()).isZero();
  }

  @Test
  void aRecordingThatIsDroppedGivesBackWhatItTook() {
    Recording recording = cache.record();
    recording.add(new byte[100]);
    recording.close();
    recording.close();
    assertThat(cache.heldBytes()).isZero();
  }

  @Property(tries = 200)
  void neverHoldsMoreThanItMay(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 200_000) int most) {
    Random random = new Random(seed);
    ResponseCache small = new ResponseCache();
    small.change(most, Set.of(1L));
    List<Recording> recordings = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      switch (random.nextInt(6)) {
        case 0 -> recordings.add(small.record());
        case 1 ->
            recordings.stream()
                .skip(random.nextInt(recordings.size() + 1))
                .findFirst()
                .ifPresent(it -> it.add(new byte[random.nextInt(9000)]));
        case 2 -> {
          if (!recordings.isEmpty()) {
            recordings.removeLast().close();
          }
        }
        case 3 -> small.find(key(random.nextInt(40)), NOON);
        default -> small.put(key(random.nextInt(40)), answer(random.nextInt(most / 4 + 1)));
      }
      assertThat(small.heldBytes()).isBetween(0L, (long) most);
    }
    recordings.forEach(Recording::close);
    small.change(most, Set.of());
    assertThat(small.heldBytes()).as("all was given back").isZero();
  }

  @Test
  void manyAtOnceLoseNoByte() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        Random random = new Random(i);
        all.add(threads.submit(() -> use(random)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    assertThat(cache.heldBytes()).isBetween(1L, MOST);
    cache.change(MOST, Set.of());
    assertThat(cache.heldBytes()).isZero();
  }

  private void use(Random random) {
    for (int i = 0; i < 200; i++) {
      int number = random.nextInt(30);
      try (Recording recording = cache.record()) {
        recording.add(new byte[random.nextInt(2000)]);
        Optional<CachedAnswer> found = cache.find(key(number), NOON);
        assertThat(found.map(it -> it.sent().bytes().length).orElse(number)).isEqualTo(number);
        cache.put(key(number), answer(number));
        assertThat(cache.heldBytes()).isLessThanOrEqualTo(MOST);
      }
    }
  }
}
