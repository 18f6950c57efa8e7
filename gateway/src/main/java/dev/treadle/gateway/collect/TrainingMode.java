package dev.treadle.gateway.collect;

import dev.treadle.store.Heads;
import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.TreadleException;
import dev.treadle.transcript.Usd;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
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
  private static final Duration PARTING = Duration.ofSeconds(10);
  private static final String STOPPING = "stopping";

  private final ComparisonStore store;
  private final Outside outside;
  private final Tally tally = new Tally();
  private final Budget budget;
  private final Uploads uploads;
  private final Acceptance acceptance;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Sample> queue = new ArrayDeque<>();
  private final Deque<Inquiry> backlog = new ArrayDeque<>();
  private volatile @Nullable Leftovers leftovers;
  private @Nullable Thread thread;
  private long waitingBytes;
  private int running;
  private volatile CollectSettings settings = CollectSettings.OFF;
  private volatile boolean isStopping;

  /**
   * What it is given.
   *
   * @param nanos a clock that never goes back
   * @param storageKey what is shown where comparisons are uploaded to
   */
  public record Outside(
      InstantSource clock,
      LongSupplier nanos,
      Models models,
      Scorers scorers,
      Supplier<Optional<String>> storageKey,
      Warnings warnings) {}

  /** Who scores answers by certain settings. */
  public interface Scorers {
    Scorer by(CollectSettings settings);
  }

  public TrainingMode(ComparisonStore store, Outside outside) {
    this.store = store;
    this.outside = outside;
    this.budget = new Budget(store.state(), outside.clock());
    this.uploads = new Uploads(store, () -> settings, outside, tally);
    this.acceptance = new Acceptance(store, outside.clock(), budget, uploads);
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
      if (settings.isTraining()) {
        budget.spent(amount, settings.training().limits());
      }
    } catch (TreadleException e) {
      outside.warnings().warn("budget_not_kept", Map.of("why", String.valueOf(e.getMessage())));
    }
  }

  private void skip(Skip why) {
    long before = tally.skipped(why);
    if (before == 0) {
      outside.warnings().warn("question_skipped", Map.of("why", why.wire()));
    }
    signal();
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

  private void signal() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
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

  private @Nullable Inquiry accept(Sample sample) {
    Optional<Inquiry> accepted = acceptance.accept(sample, settings, this::skip);
    accepted.ifPresent(_ -> tally.accepted());
    return accepted.orElse(null);
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
      warn("comparison_lost", inquiry, String.valueOf(e.getMessage()));
    } finally {
      release();
    }
  }

  /** The comparison; nothing where the gateway ends meanwhile, so that it stays pending. */
  private Optional<Comparison> taken(Inquiry inquiry) throws InterruptedException {
    Leftovers known = leftovers;
    Optional<String> end =
        inquiry.isResumed() && known != null ? known.givesUp(inquiry) : Optional.empty();
    if (end.isPresent()) {
      return end.map(inquiry::closed);
    }
    CollectSettings now = settings;
    CollectSettings.Training training = now.training();
    Comparison comparison =
        new Round(
                outside.models(),
                outside.scorers().by(now),
                training.limits().timeout(),
                training.evaluateTimeout())
            .run(inquiry, why -> warn("comparison_failed", inquiry, why));
    boolean isCutOff =
        isStopping
            && comparison.candidates().stream()
                .anyMatch(it -> it.error().filter(STOPPING::equals).isPresent());
    return isCutOff ? Optional.empty() : Optional.of(comparison);
  }

  private void warn(String event, Inquiry inquiry, String why) {
    outside.warnings().warn(event, Map.of("comparison", inquiry.id(), "why", why));
  }

  private void conclude(Inquiry inquiry, Comparison comparison) {
    Heads.Standing standing = store.keep(comparison);
    Leftovers known = leftovers;
    if (inquiry.isResumed() && known != null) {
      known.done(inquiry);
    }
    if (standing == Heads.Standing.FORGOTTEN) {
      uploads.dropped(inquiry.accepted());
      return;
    }
    tally.compared(comparison);
    uploads.offer(inquiry.accepted(), () -> store.redacted(comparison));
  }

  /** Finds what earlier processes left: questions to compare, comparisons to upload. */
  private void read() {
    try {
      Leftovers found = new Leftovers(store, outside.clock(), uploads, outside.warnings());
      leftovers = found;
      acceptance.after(found.read(this::takeUp));
    } catch (RuntimeException e) {
      // A lake that cannot be read must not keep new questions from being compared.
      outside.warnings().warn("pending_not_read", Map.of("why", String.valueOf(e.getMessage())));
    }
  }

  private void takeUp(Inquiry inquiry) {
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
      @Nullable Inquiry _ = accept(sample);
    }
    try {
      store.settle();
    } catch (TreadleException e) {
      outside.warnings().warn("comparison_lost", Map.of("why", String.valueOf(e.getMessage())));
    }
  }

  /**
   * Waits until so many questions were compared or skipped since the start; tells whether that came
   * in time.
   */
  public boolean awaitHandled(long questions, Duration limit) {
    return await(() -> tally.handled() < questions, limit);
  }

  /** Waits until no question is being compared; tells whether that came in time. */
  public boolean awaitRounds(Duration limit) {
    return await(() -> running > 0, limit);
  }

  private boolean await(BooleanSupplier isMissing, Duration limit) {
    long left = limit.toNanos();
    lock.lock();
    try {
      while (left > 0 && isMissing.getAsBoolean()) {
        left = changed.awaitNanos(left);
      }
      return !isMissing.getAsBoolean();
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
    signal();
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
    boolean _ = awaitRounds(PARTING); // Calls are cut off by now: this is short.
    if (known != null) {
      acceptTheRest();
    }
    uploads.close();
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
