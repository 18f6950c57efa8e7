package dev.treadle.gateway.collect;

import dev.treadle.store.Heads;
import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.TreadleException;
import dev.treadle.transcript.Usd;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Training mode: what a share of the users ask is put to all candidates, after the user was
 * answered.
 *
 * <p>A question goes this way: <em>offered</em> by whoever kept its exchange, which costs that
 * thread an entry in a queue; <em>accepted</em> when there is a free place, the budget allows it
 * and its record is in the lake as pending; <em>compared</em> by a {@link Round}, whose result is a
 * new revision of that record. Only what was accepted is promised: it is compared, if need be by
 * the next process, which finds the pending ones in the lake. One whose process ended over it
 * several times is closed without answers.
 */
public final class TrainingMode implements AutoCloseable {
  private static final long MOST_WAITING_BYTES = 64L << 20;
  private static final Duration OLDEST = Duration.ofDays(1);
  private static final Duration PARTING = Duration.ofSeconds(10);
  private static final int MOST_RESUMED = 10_000;
  private static final int MOST_TAKES = 3;
  private static final String STOPPING = "stopping";

  private final ComparisonStore store;
  private final Outside outside;
  private final Tally tally = new Tally();
  private final Budget budget;
  private final Uploads uploads;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Sample> queue = new ArrayDeque<>();
  private final Deque<Inquiry> backlog = new ArrayDeque<>();
  private @Nullable Takes takes;
  private @Nullable Thread thread;
  private long waitingBytes;
  private long lastAccepted;
  private int running;
  private boolean isRead;
  private volatile CollectSettings settings = CollectSettings.OFF;
  private volatile boolean isStopping;

  /**
   * What it is given.
   *
   * @param nanos a clock that never goes back
   */
  public record Outside(
      InstantSource clock, LongSupplier nanos, Models models, Scorers scorers, Warnings warnings) {}

  /** Who scores answers by certain settings. */
  public interface Scorers {
    Scorer by(CollectSettings settings);
  }

  public TrainingMode(ComparisonStore store, Outside outside) {
    this.store = store;
    this.outside = outside;
    this.budget = new Budget(store.state(), outside.clock());
    this.uploads =
        new Uploads(
            store, () -> settings, outside.clock(), outside.nanos(), tally, outside.warnings());
  }

  /** Goes on with other settings. */
  public void change(CollectSettings other) {
    lock.lock();
    try {
      settings = other;
      if (other.isEnabled() && thread == null && !isStopping) {
        thread = Thread.ofPlatform().name("gateway-compare").daemon().start(this::run);
        uploads.start();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    uploads.look();
  }

  /** The settings of the moment. */
  public CollectSettings settings() {
    return settings;
  }

  public Tally tally() {
    return tally;
  }

  /** What was spent today, in US dollars. */
  public double costUsd() {
    return budget.cost();
  }

  /** How many questions wait or are being compared. */
  public int open() {
    lock.lock();
    try {
      return queue.size() + backlog.size() + running;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the exchange of that id was drawn: the same one every time. */
  public boolean draws(String exchange) {
    CollectSettings now = settings;
    return now.isTraining() && Draw.of(exchange) < now.samplingRate();
  }

  /** Takes a question for later; never waits. */
  public void offer(Sample sample) {
    lock.lock();
    try {
      boolean isFull =
          queue.size() >= settings.training().limits().queue()
              || waitingBytes + sample.bytes() > MOST_WAITING_BYTES;
      if (isFull) {
        skip(Skip.QUEUE_FULL);
      } else {
        queue.add(sample);
        waitingBytes += sample.bytes();
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** A call was made to compare or to judge. */
  public void spent(Usd amount) {
    try {
      budget.spent(amount, settings.training().limits());
    } catch (TreadleException e) {
      outside.warnings().warn("budget_not_kept", Map.of("why", String.valueOf(e.getMessage())));
    }
  }

  private void skip(Skip why) {
    long before = tally.skipped(why);
    if (before == 0) {
      outside.warnings().warn("question_skipped", Map.of("why", why.wire()));
    }
  }

  private void run() {
    read();
    while (true) {
      Work work = next();
      if (work.isEnd()) {
        break;
      }
      Inquiry inquiry = work.inquiry();
      Sample sample = work.sample();
      if (inquiry == null && sample != null) {
        inquiry = accept(sample);
      }
      if (inquiry == null) {
        release();
      } else {
        Inquiry accepted = inquiry;
        Thread.ofVirtual().name("compare").start(() -> compare(accepted));
      }
    }
    acceptTheRest();
  }

  /** What is to be done next: nothing of both means that there is nothing any more. */
  private record Work(@Nullable Inquiry inquiry, @Nullable Sample sample) {
    boolean isEnd() {
      return inquiry == null && sample == null;
    }
  }

  /** Waits for something to do and for a place to do it in, which is taken then. */
  private Work next() {
    lock.lock();
    try {
      while (!isStopping) {
        boolean hasPlace =
            settings.isTraining() && running < settings.training().limits().concurrency();
        if (hasPlace && !backlog.isEmpty()) {
          running++;
          return new Work(backlog.poll(), null);
        }
        if (hasPlace && !queue.isEmpty()) {
          running++;
          return new Work(null, poll());
        }
        changed.awaitUninterruptibly();
      }
      return new Work(null, null);
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Sample poll() {
    Sample sample = queue.poll();
    waitingBytes -= sample == null ? 0 : sample.bytes();
    return sample;
  }

  private void release() {
    lock.lock();
    try {
      running--;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Puts the question into the lake as pending; nothing where it is skipped. */
  private @Nullable Inquiry accept(Sample sample) {
    CollectSettings now = settings;
    Inquiry inquiry;
    try {
      inquiry = Inquiry.of(sample, now.training().candidates(), nextPlace());
    } catch (TreadleException | ClassCastException e) {
      skip(Skip.UNREADABLE);
      return null;
    }
    if (!inquiry.isQuestion()) {
      skip(Skip.NO_QUESTION);
      return null;
    }
    try {
      Optional<Skip> refusal = budget.take(now.training().limits());
      if (refusal.isPresent()) {
        skip(refusal.get());
        return null;
      }
      uploads.accepted(inquiry.accepted());
      if (store.keep(inquiry.pending()) != Heads.Standing.NEW) {
        uploads.dropped(inquiry.accepted());
        skip(Skip.KNOWN);
        return null;
      }
    } catch (TreadleException e) {
      uploads.dropped(inquiry.accepted());
      skip(Skip.NOT_KEPT);
      return null;
    }
    tally.accepted();
    return inquiry;
  }

  /** Microseconds, but always later than the one before. */
  private long nextPlace() {
    Instant now = outside.clock().instant();
    long micros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
    lastAccepted = Math.max(lastAccepted + 1, micros);
    return lastAccepted;
  }

  /** The boundary of one question: whatever happens to it ends nothing else. */
  private void compare(Inquiry inquiry) {
    try {
      Optional<Comparison> comparison = taken(inquiry);
      comparison.ifPresent(it -> conclude(inquiry, it));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // It stays pending.
    } catch (RuntimeException e) {
      tally.lost();
      outside
          .warnings()
          .warn(
              "comparison_lost",
              Map.of(
                  "comparison",
                  inquiry.pending().header().id().value(),
                  "why",
                  String.valueOf(e.getMessage())));
    } finally {
      release();
    }
  }

  /** The comparison; nothing where the gateway ends meanwhile, so that it stays pending. */
  private Optional<Comparison> taken(Inquiry inquiry) throws InterruptedException {
    if (inquiry.isResumed()) {
      Instant asked = inquiry.pending().header().source().time().orElse(Instant.EPOCH);
      if (asked.plus(OLDEST).isBefore(outside.clock().instant())) {
        return Optional.of(inquiry.closed("not asked: the question waited for over a day"));
      }
      int take = again(inquiry);
      if (take > MOST_TAKES) {
        return Optional.of(
            inquiry.closed("not asked: the gateway ended over it " + MOST_TAKES + " times"));
      }
    }
    CollectSettings now = settings;
    Comparison comparison =
        new Round(
                outside.models(),
                outside.scorers().by(now),
                now.training().limits().timeout(),
                now.training().evaluateTimeout())
            .run(inquiry);
    boolean isCutOff =
        isStopping
            && comparison.candidates().stream()
                .anyMatch(it -> it.error().filter(STOPPING::equals).isPresent());
    return isCutOff ? Optional.empty() : Optional.of(comparison);
  }

  private int again(Inquiry inquiry) {
    Takes known = takes;
    return known == null ? 1 : known.again(inquiry.pending().header().id().value());
  }

  private void conclude(Inquiry inquiry, Comparison comparison) {
    Heads.Standing standing = store.keep(comparison);
    Takes known = takes;
    if (inquiry.isResumed() && known != null) {
      known.done(comparison.header().id().value());
    }
    if (standing == Heads.Standing.FORGOTTEN) {
      uploads.dropped(inquiry.accepted());
      return;
    }
    tally.compared(comparison);
    uploads.offer(store.redacted(comparison));
  }

  /** Finds what earlier processes left: questions to compare, comparisons to upload. */
  private void read() {
    try {
      takes = new Takes(store.state());
      store.forEach(
          it -> {
            if (!Inquiry.isOurs(it)) {
              return;
            }
            lastAccepted = Math.max(lastAccepted, Inquiry.acceptedOf(it));
            if (!Inquiry.isPending(it)) {
              uploads.offer(it);
            } else if (backlog.size() < MOST_RESUMED) {
              uploads.accepted(Inquiry.acceptedOf(it));
              takeUp(it);
            }
          });
    } catch (RuntimeException e) {
      // A lake that cannot be read must not keep new questions from being compared.
      outside.warnings().warn("pending_not_read", Map.of("why", String.valueOf(e.getMessage())));
    } finally {
      lock.lock();
      try {
        isRead = true;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private void takeUp(Comparison pending) {
    Inquiry inquiry;
    try {
      inquiry = Inquiry.of(pending, store::whole);
    } catch (TreadleException e) {
      outside
          .warnings()
          .warn(
              "pending_not_read",
              Map.of(
                  "comparison",
                  pending.header().id().value(),
                  "why",
                  String.valueOf(e.getMessage())));
      return;
    }
    tally.resumed();
    lock.lock();
    try {
      backlog.add(inquiry);
    } finally {
      lock.unlock();
    }
  }

  /** At the end: what still waits is accepted, and compared by the next process. */
  private void acceptTheRest() {
    while (true) {
      Sample sample;
      lock.lock();
      try {
        sample = poll();
      } finally {
        lock.unlock();
      }
      if (sample == null) {
        break;
      }
      accept(sample);
    }
    try {
      store.settle();
    } catch (TreadleException e) {
      outside.warnings().warn("comparison_lost", Map.of("why", String.valueOf(e.getMessage())));
    }
  }

  /** Waits until nothing is to be compared any more; tells whether that came in time. */
  public boolean awaitIdle(Duration limit) {
    long left = limit.toNanos();
    lock.lock();
    try {
      while (left > 0
          && thread != null
          && (!isRead || running > 0 || !queue.isEmpty() || !backlog.isEmpty())) {
        left = changed.awaitNanos(left);
      }
      return left > 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** From now on calls may be cut off, and nothing new is begun. */
  public void stop() {
    isStopping = true;
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Calls are cut off by now: so this is short. False where it was interrupted. */
  private boolean awaitRounds() {
    long left = PARTING.toNanos();
    lock.lock();
    try {
      while (left > 0 && running > 0) {
        left = changed.awaitNanos(left);
      }
      return true;
    } catch (InterruptedException e) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Ends; what was accepted and not compared is pending in the lake. */
  @Override
  public void close() {
    stop();
    Thread known = thread;
    boolean wasInterrupted = false;
    while (known != null && known.isAlive()) {
      try {
        known.join();
      } catch (InterruptedException e) {
        wasInterrupted = true;
      }
    }
    wasInterrupted |= !awaitRounds();
    uploads.close();
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
