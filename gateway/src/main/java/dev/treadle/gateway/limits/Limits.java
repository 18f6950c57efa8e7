package dev.treadle.gateway.limits;

import dev.treadle.store.State;
import dev.treadle.transcript.TreadleException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What calls may still take. All limits that a call falls under give their share in one step, or
 * none does; what a call turns out to have taken is settled after it. Thread-safe; nothing is held
 * while a call goes on.
 *
 * <p>Money survives the process: {@link BudgetBook} in the lake is written ahead, in steps of a
 * two-hundredth of the budget, so that it never says less than what is spent and set aside. A
 * process that ends without a word so leaves that step, and what was set aside, as spent. Rates
 * begin anew.
 */
public final class Limits implements AutoCloseable {
  private static final BigDecimal STEPS = BigDecimal.valueOf(200);

  private final BudgetBook book;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<BudgetKey, Account> accounts = new TreeMap<>();
  private final Map<String, Bucket> buckets = new HashMap<>();
  private final Map<String, Long> refusals = new TreeMap<>();
  private boolean isLoaded;
  private volatile List<LimitSettings> settings = List.of();

  /** Limits whose budgets are written down in {@code state}. */
  public Limits(State state, InstantSource clock, LongSupplier nanos) {
    this.book = new BudgetBook(state);
    this.clock = clock;
    this.nanos = nanos;
  }

  /**
   * Goes on with other limits; one of the same name keeps what was spent.
   *
   * @throws TreadleException where the book of budgets cannot be read
   */
  public void change(List<LimitSettings> next) {
    lock.lock();
    try {
      if (!isLoaded && next.stream().anyMatch(LimitSettings::countsMoney)) {
        book.read().forEach((key, usd) -> accounts.put(key, new Account(usd)));
        isLoaded = true;
      }
      settings = List.copyOf(next);
    } finally {
      lock.unlock();
    }
  }

  /** Whether there is any limit. */
  public boolean isOn() {
    return !settings.isEmpty();
  }

  /** Whether money is counted for the calls of that key on that route. */
  public boolean countsMoney(String key, String route) {
    return settings.stream().anyMatch(it -> it.countsMoney() && it.isFor(key, route));
  }

  /** Sets aside what a call may take, if all its limits have it. */
  public Verdict take(Ask ask) {
    lock.lock();
    try {
      return decide(ask);
    } finally {
      lock.unlock();
    }
  }

  private Verdict decide(Ask ask) {
    long now = nanos.getAsLong();
    Instant time = clock.instant();
    List<Share> shares = new ArrayList<>();
    Duration wait = Duration.ZERO;
    String slow = "";
    for (LimitSettings limit : settings) {
      if (!limit.isFor(ask.key(), ask.route())) {
        continue;
      }
      Optional<BigDecimal> usd = ask.usd(limit);
      if (limit.countsMoney() && usd.isEmpty()) {
        return refused(limit, priceless(limit));
      }
      Share share = share(limit, ask, usd.orElse(BigDecimal.ZERO), time, now);
      Optional<Verdict> lack = share.lacksMoney();
      if (lack.isPresent()) {
        return refused(limit, lack.get());
      }
      Duration until = share.until(now);
      if (until.compareTo(wait) > 0) {
        wait = until;
        slow = limit.name();
      }
      shares.add(share);
    }
    if (wait.isPositive()) {
      refusals.merge(slow, 1L, Long::sum);
      return new Verdict.TooFast("the limit '" + slow + "' is reached for this minute", wait);
    }
    shares.forEach(it -> it.take(now));
    try {
      writeAhead(shares, time);
    } catch (TreadleException e) {
      shares.forEach(it -> it.giveBack(now));
      return new Verdict.Unsafe("the budgets cannot be written down: " + e.getMessage());
    }
    return new Verdict.Granted(new Reservation(this, shares));
  }

  private static Verdict priceless(LimitSettings limit) {
    return new Verdict.TooDear(
        "the limit '"
            + limit.name()
            + "' counts money, and where this call may go a price is missing (upstreams.*.prices)");
  }

  private Verdict refused(LimitSettings limit, Verdict verdict) {
    refusals.merge(limit.name(), 1L, Long::sum);
    return verdict;
  }

  private Share share(LimitSettings limit, Ask ask, BigDecimal usd, Instant time, long now) {
    String who = limit.each() == LimitSettings.Each.KEY ? ask.key() : "";
    List<Share.Purse> purses = new ArrayList<>(2);
    limit.budget().usdPerDay().ifPresent(it -> purses.add(purse(limit, who, day(time), it, "day")));
    limit
        .budget()
        .usdPerMonth()
        .ifPresent(it -> purses.add(purse(limit, who, month(time), it, "month")));
    return new Share(
        limit,
        purses,
        purses.isEmpty() ? BigDecimal.ZERO : usd,
        bucket(limit, who, "requests", limit.rates().requestsPerMinute(), now),
        bucket(limit, who, "tokens", limit.rates().tokensPerMinute(), now),
        ask.tokens(limit));
  }

  private Share.Purse purse(
      LimitSettings limit, String who, String window, BigDecimal most, String period) {
    Account account =
        accounts.computeIfAbsent(
            new BudgetKey(limit.name(), who, window), _ -> new Account(BigDecimal.ZERO));
    return new Share.Purse(account, most, period);
  }

  private @Nullable Bucket bucket(
      LimitSettings limit, String who, String kind, OptionalLong perMinute, long now) {
    if (perMinute.isEmpty()) {
      return null;
    }
    String name = limit.name() + '\n' + who + '\n' + kind;
    Bucket known = buckets.get(name);
    if (known == null || known.capacity() != perMinute.getAsLong()) {
      known = new Bucket(perMinute.getAsLong(), now);
      buckets.put(name, known);
    }
    return known;
  }

  private static String day(Instant time) {
    return time.atOffset(ZoneOffset.UTC).toLocalDate().toString();
  }

  private static String month(Instant time) {
    return day(time).substring(0, "2026-11".length());
  }

  private void writeAhead(List<Share> shares, Instant time) {
    Map<Account, BigDecimal> ahead = new HashMap<>();
    for (Share share : shares) {
      for (Share.Purse purse : share.purses()) {
        Account account = purse.account();
        if (account.isAheadOfBook()) {
          BigDecimal step = purse.most().divide(STEPS, MathContext.DECIMAL64);
          ahead.put(account, account.taken().add(step));
        }
      }
    }
    if (!ahead.isEmpty()) {
      write(ahead, time);
    }
  }

  /** Writes the book with these amounts in place of those that it has; both or nothing. */
  private void write(Map<Account, BigDecimal> changed, Instant time) {
    String day = day(time);
    String month = month(time);
    accounts.keySet().removeIf(it -> !it.window().equals(day) && !it.window().equals(month));
    Map<BudgetKey, BigDecimal> amounts = new TreeMap<>();
    accounts.forEach(
        (key, account) -> amounts.put(key, changed.getOrDefault(account, account.written())));
    book.write(amounts);
    changed.forEach(Account::wrote);
  }

  void settle(List<Share> shares, Function<Share, BigDecimal> usd, ToLongFunction<Share> tokens) {
    lock.lock();
    try {
      long now = nanos.getAsLong();
      for (Share share : shares) {
        share.settle(usd.apply(share), tokens.applyAsLong(share), now);
      }
      writeAhead(shares, clock.instant());
    } catch (TreadleException e) {
      // The call is over and paid for; the next one is granted only when this can be written.
    } finally {
      lock.unlock();
    }
  }

  /**
   * What was spent of each budget in the day and the month of {@code now}, as the lake has it: what
   * a running gateway has set aside is among it.
   */
  public static List<Spent> spent(State state, Instant now) {
    String day = day(now);
    String month = month(now);
    List<Spent> spent = new ArrayList<>();
    new BudgetBook(state)
        .read()
        .forEach(
            (key, usd) -> {
              if (key.window().equals(day) || key.window().equals(month)) {
                spent.add(new Spent(key.limit(), key.who(), key.window(), usd));
              }
            });
    return spent;
  }

  /** What was spent under a limit in the present day or month, of all who have it. */
  public double spent(String limit, boolean ofMonth) {
    lock.lock();
    try {
      String window = ofMonth ? month(clock.instant()) : day(clock.instant());
      return accounts.entrySet().stream()
          .filter(it -> it.getKey().limit().equals(limit) && it.getKey().window().equals(window))
          .mapToDouble(it -> it.getValue().spent().doubleValue())
          .sum();
    } finally {
      lock.unlock();
    }
  }

  /** How many calls a limit refused. */
  public long refused(String limit) {
    lock.lock();
    try {
      return refusals.getOrDefault(limit, 0L);
    } finally {
      lock.unlock();
    }
  }

  /** Writes down what was spent, without what was written ahead. */
  @Override
  public void close() {
    lock.lock();
    try {
      Map<Account, BigDecimal> exact = new HashMap<>();
      accounts.values().forEach(it -> exact.put(it, it.taken()));
      if (!exact.isEmpty()) {
        write(exact, clock.instant());
      }
    } catch (TreadleException e) {
      // What was written ahead stays: more than was spent, never less.
    } finally {
      lock.unlock();
    }
  }
}
