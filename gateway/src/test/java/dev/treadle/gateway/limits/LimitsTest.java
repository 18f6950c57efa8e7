package dev.treadle.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.store.Lake;
import dev.treadle.store.Lakes;
import dev.treadle.transcript.TreadleException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitsTest {
  private static final Ask.Tariff DOLLAR_A_TOKEN =
      new Ask.Tariff(BigDecimal.valueOf(1_000_000), BigDecimal.valueOf(1_000_000));

  @TempDir Path folder;
  private Lake lake;
  private final AtomicReference<Instant> time = new AtomicReference<>(Lakes.NOW);
  private final AtomicLong nanos = new AtomicLong();

  @BeforeEach
  void open() {
    lake = Lakes.create(folder, 3);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private Limits limits(LimitSettings... settings) {
    Limits limits = new Limits(lake.state(), time::get, nanos::get);
    limits.change(List.of(settings));
    return limits;
  }

  private static LimitSettings limit(
      String name, LimitSettings.Each each, LimitSettings.Rates rates, String day, String month) {
    return new LimitSettings(
        name,
        Set.of(),
        Set.of(),
        each,
        rates,
        new LimitSettings.Budget(money(day), money(month)),
        10);
  }

  private static LimitSettings daily(String usd) {
    return limit("day", LimitSettings.Each.ALL, LimitSettings.Rates.NONE, usd, "");
  }

  private static Optional<BigDecimal> money(String usd) {
    return usd.isEmpty() ? Optional.empty() : Optional.of(new BigDecimal(usd));
  }

  private static LimitSettings rate(LimitSettings.Rates rates) {
    return limit("rate", LimitSettings.Each.ALL, rates, "", "");
  }

  private static LimitSettings requests(long perMinute) {
    return rate(new LimitSettings.Rates(OptionalLong.of(perMinute), OptionalLong.empty()));
  }

  private static LimitSettings tokens(long perMinute) {
    return rate(new LimitSettings.Rates(OptionalLong.empty(), OptionalLong.of(perMinute)));
  }

  /** Of so many dollars. */
  private static Ask ask(long usd) {
    return ask("k", usd);
  }

  private static Ask ask(String key, long usd) {
    return new Ask(key, "r", usd, OptionalLong.of(0), Optional.of(DOLLAR_A_TOKEN));
  }

  private static Reservation granted(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Granted.class);
    return ((Verdict.Granted) verdict).reservation();
  }

  /** However many ask at once, what is spent and set aside stays within the budget. */
  @Test
  void aThousandAtOnceDoNotOvershoot() throws Exception {
    Limits limits = limits(daily("100"));
    AtomicLong setAside = new AtomicLong();
    AtomicLong spent = new AtomicLong();
    CountDownLatch asked = new CountDownLatch(1000);
    Random random = new Random(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 1000; i++) {
        int most = 1 + random.nextInt(5);
        int taken = random.nextInt(most + 1);
        Future<Verdict> _ =
            threads.submit(
                () -> {
                  Verdict verdict = limits.take(ask(most));
                  asked.countDown();
                  if (verdict instanceof Verdict.Granted(Reservation it)) {
                    setAside.addAndGet(most);
                    asked.await();
                    spent.addAndGet(taken);
                    it.settle(0, BigDecimal.valueOf(taken));
                  }
                  return verdict;
                });
      }
    }

    assertThat(setAside.get()).isEqualTo(100);
    assertThat(limits.spent("day", false)).isEqualTo((double) spent.get()).isLessThan(100);
    granted(limits.take(ask(100 - spent.get())));
    assertThat(limits.take(ask(1))).isInstanceOf(Verdict.TooFast.class);
  }

  @Test
  void setsAsideOfAllLimitsOrOfNone() {
    Limits limits =
        limits(
            limit("first", LimitSettings.Each.ALL, LimitSettings.Rates.NONE, "10", "20"),
            requests(1),
            limit("last", LimitSettings.Each.ALL, LimitSettings.Rates.NONE, "5", ""));

    assertThat(limits.take(ask(6)))
        .isEqualTo(
            new Verdict.TooDear(
                "the limit 'last' allows $5 a day, of which $0 is spent, and this call may cost $6"));
    granted(limits.take(ask(5))).release();
    assertThat(limits.take(ask(1))).isInstanceOf(Verdict.TooFast.class);
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    granted(limits.take(ask(5))).settle(5, BigDecimal.valueOf(5));
    assertThat(limits.spent("first", true)).isEqualTo(5);
    assertThat(limits.refused("last")).isEqualTo(1);
    assertThat(limits.refused("rate")).isEqualTo(1);
  }

  /** What others have set aside may become free: that is no reason to give up for the day. */
  @Test
  void moneyThatIsOnlySetAsideIsWorthWaitingFor() {
    Limits limits = limits(daily("10"));
    Reservation other = granted(limits.take(ask(8)));
    assertThat(limits.take(ask(3)))
        .isEqualTo(
            new Verdict.TooFast(
                "the limit 'day' allows $10 a day, of which $0 is spent and most of the rest set"
                    + " aside for calls under way, and this call may cost $3",
                Duration.ofSeconds(1)));
    other.settle(0, BigDecimal.ONE);
    granted(limits.take(ask(3))).settle(0, BigDecimal.valueOf(9));
    assertThat(limits.take(ask(1))).isInstanceOf(Verdict.TooDear.class);
  }

  @Test
  void whatIsNotKnownCountsAsWasSetAside() {
    Limits limits = limits(daily("100"));
    Reservation less = granted(limits.take(ask(10)));
    less.settleAtLeast(3, BigDecimal.valueOf(3));
    less.release(); // Once only.
    granted(limits.take(ask(10))).settleAtLeast(30, BigDecimal.valueOf(30));

    assertThat(limits.spent("day", false)).isEqualTo(40);
    // An answer may turn out longer than it was taken to be: then that is spent, and no more.
    granted(limits.take(new Ask("k", "r", 0, OptionalLong.empty(), Optional.of(DOLLAR_A_TOKEN))))
        .settle(70, BigDecimal.valueOf(70));
    assertThat(limits.take(ask(1))).isInstanceOf(Verdict.TooDear.class);
    granted(limits.take(ask(0)));
  }

  @Test
  void aDeadProcessLeavesAtMostAStepAndWhatWasSetAsideAsSpent() {
    Limits first = limits(daily("100"));
    granted(first.take(ask(7))).settle(0, BigDecimal.valueOf(7));
    Reservation open = granted(first.take(ask(20)));

    Limits second = limits(daily("100"));
    assertThat(second.spent("day", false)).isBetween(27.0, 27.5);
    second.close();
    assertThat(limits(daily("100")).spent("day", false)).isBetween(27.0, 27.5);

    open.settle(0, BigDecimal.valueOf(2));
    first.close();
    assertThat(Limits.spent(lake.state(), time.get()))
        .containsExactly(new Spent("day", "", "2026-11-20", new BigDecimal("9")));
    assertThat(Limits.spent(lake.state(), time.get().plus(Duration.ofDays(40)))).isEmpty();
    assertThat(limits(daily("100")).spent("day", false)).isEqualTo(9);
  }

  @Test
  void everyDayAndMonthBeginsAnew() {
    time.set(Instant.parse("2026-11-30T23:59:00Z"));
    Limits limits =
        limits(limit("day", LimitSettings.Each.ALL, LimitSettings.Rates.NONE, "3", "5"));
    Reservation late = granted(limits.take(ask(3)));
    assertThat(limits.take(ask(1))).isInstanceOf(Verdict.TooFast.class);
    time.set(Instant.parse("2026-12-01T00:00:00Z"));

    granted(limits.take(ask(3))).settle(0, BigDecimal.valueOf(3));
    late.settle(0, BigDecimal.valueOf(3));
    assertThat(limits.spent("day", false)).isEqualTo(3);
    time.set(Instant.parse("2026-12-02T00:00:00Z"));
    assertThat(limits.take(ask(3))).isInstanceOf(Verdict.TooDear.class); // Of the month.
    granted(limits.take(ask(2)));
    assertThat(limits.spent("day", true)).isEqualTo(3);
  }

  @Test
  void aRateFillsUpAgain() {
    Limits limits = limits(requests(60));
    for (int i = 0; i < 60; i++) {
      granted(limits.take(ask(0)));
    }
    assertThat(limits.take(ask(0)))
        .isEqualTo(
            new Verdict.TooFast(
                "the limit 'rate' is reached for this minute", Duration.ofSeconds(1)));
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    granted(limits.take(ask(0)));
    granted(limits.take(ask(0)));
    assertThat(limits.take(ask(0))).isInstanceOf(Verdict.TooFast.class);
    nanos.addAndGet(Duration.ofHours(1).toNanos());
    for (int i = 0; i < 60; i++) {
      granted(limits.take(ask(0)));
    }
    assertThat(limits.take(ask(0))).isInstanceOf(Verdict.TooFast.class);
  }

  @Test
  void tokensAreSetAsideAndSettled() {
    Limits limits = limits(tokens(100));
    granted(limits.take(ask(80))).settle(30, BigDecimal.ZERO);
    granted(limits.take(ask(70))).settle(90, BigDecimal.ZERO); // 20 more than there were.
    assertThat(limits.take(ask(10)))
        .isInstanceOfSatisfying(
            Verdict.TooFast.class,
            it -> assertThat(it.retryAfter()).isEqualTo(Duration.ofSeconds(18)));
    nanos.addAndGet(Duration.ofMinutes(2).toNanos());
    granted(limits.take(ask(1_000))); // More than there ever are: all of them.
  }

  @Test
  void everyKeyHasItToItself() {
    LimitSettings each = limit("each", LimitSettings.Each.KEY, LimitSettings.Rates.NONE, "5", "");
    Limits limits = limits(each);
    granted(limits.take(ask("a", 5))).settle(0, BigDecimal.valueOf(5));
    assertThat(limits.take(ask("a", 1))).isInstanceOf(Verdict.TooDear.class);
    granted(limits.take(ask("b", 5)));
    limits.close();

    assertThat(limits(each).take(ask("b", 1))).isInstanceOf(Verdict.TooDear.class);
    granted(limits(each).take(ask("c", 1)));
  }

  @Test
  void isForTheKeysAndRoutesThatItNames() {
    LimitSettings named =
        new LimitSettings(
            "some",
            Set.of("a"),
            Set.of("r"),
            LimitSettings.Each.ALL,
            LimitSettings.Rates.NONE,
            new LimitSettings.Budget(Optional.of(BigDecimal.ZERO), Optional.empty()),
            10);
    Limits limits = limits(named);

    assertThat(limits.take(ask("a", 1))).isInstanceOf(Verdict.TooDear.class);
    assertThat(limits.countsMoney("a", "r")).isTrue();
    granted(limits.take(ask("b", 1)));
    granted(limits.take(new Ask("a", "x", 1, OptionalLong.of(0), Optional.empty())));
    assertThat(limits.take(new Ask("a", "r", 0, OptionalLong.of(0), Optional.empty())))
        .isInstanceOfSatisfying(
            Verdict.TooDear.class, it -> assertThat(it.message()).contains("a price is missing"));
    granted(limits.take(Ask.ofRequest("a", "r")));
  }

  @Test
  void aChangeKeepsWhatWasSpent() {
    Limits limits = limits(daily("100"));
    granted(limits.take(ask(60))).settle(0, BigDecimal.valueOf(60));
    limits.change(List.of());
    assertThat(limits.isOn()).isFalse();
    granted(limits.take(ask(1_000)));
    limits.change(List.of(daily("70")));

    assertThat(limits.take(ask(11))).isInstanceOf(Verdict.TooDear.class);
    granted(limits.take(ask(10)));
  }

  /** A budget that began anew unnoticed would be none. */
  @Test
  void refusesADamagedBook() {
    lake.state().write("budgets", "{".getBytes(StandardCharsets.UTF_8));
    Limits limits = new Limits(lake.state(), time::get, nanos::get);
    limits.change(List.of(requests(1)));

    assertThatThrownBy(() -> limits.change(List.of(daily("1"))))
        .isInstanceOf(TreadleException.class);
  }
}
