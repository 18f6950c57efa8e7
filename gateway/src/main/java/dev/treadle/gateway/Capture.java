package dev.treadle.gateway;

import dev.treadle.store.Durability;
import dev.treadle.store.ExchangeLog;
import dev.treadle.store.Ticket;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.Feedback;
import dev.treadle.transcript.Purpose;
import dev.treadle.transcript.TreadleException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Keeps exchanges. One that must be safe before its answer is kept by the caller, who waits; the
 * others are handed to one thread, so that redacting and writing them delays no client.
 *
 * <p>What waits for that thread is limited in bytes. Over the limit the caller does the work
 * itself: clients get slower then, and nothing is dropped.
 */
final class Capture implements AutoCloseable {
  private static final long MOST_WAITING = 64L << 20;

  /** Under load the thread looks again by itself: waking it would cost each caller more. */
  private static final Duration SHORT_WAIT = Duration.ofMillis(2);

  private static final int SHORT_WAITS = 20;
  private static final int MOST_PSEUDONYMS = 10_000;

  private final ExchangeLog log;
  private final EventLog events;
  private final Consumer<CallNotes> afterwards;
  private final byte[] seed;
  private final Conversations conversations = new Conversations();
  private final ReentrantLock recognising = new ReentrantLock();
  private final ConcurrentLinkedQueue<CallNotes> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final AtomicLong kept = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final Map<String, String> pseudonyms = new ConcurrentHashMap<>();
  private final Thread thread;
  private volatile boolean isAsleep;
  private volatile boolean closing;

  /**
   * Keeps in {@code log}.
   *
   * @param afterwards is told of every exchange that was kept after its answer
   */
  Capture(ExchangeLog log, EventLog events, Consumer<CallNotes> afterwards) {
    this.log = log;
    this.events = events;
    this.afterwards = afterwards;
    this.seed = log.pseudonym("the digests of conversations").getBytes(StandardCharsets.UTF_8);
    this.thread = Thread.ofPlatform().name("gateway-capture").daemon().start(this::run);
  }

  /** The pseudonym of a person, a key or a conversation's name. */
  String pseudonym(String who) {
    String known = pseudonyms.get(who);
    if (known != null) {
      return known;
    }
    if (pseudonyms.size() > MOST_PSEUDONYMS) {
      pseudonyms.clear();
    }
    return pseudonyms.computeIfAbsent(who, log::pseudonym);
  }

  /** Whether the last record could not be kept. */
  boolean isFailing() {
    return log.isFailing();
  }

  /** Keeps a request whose answer is to come; it is safe when this returns. */
  void keepOpen(CallNotes notes) {
    counted(() -> log.keep(notes.open(), Durability.BEFORE_ANSWER));
  }

  /** Keeps an exchange; it is safe when this returns. */
  void keepNow(CallNotes notes) {
    counted(() -> log.keep(exchange(notes), Durability.BEFORE_ANSWER));
  }

  /** Keeps what somebody said of an answer; it is safe when this returns. */
  void keep(Feedback feedback) {
    Ticket _ = log.keep(feedback, Durability.BEFORE_ANSWER);
  }

  /** Keeps an exchange soon. */
  void keepLater(CallNotes notes) {
    CallSpan span = notes.span;
    if (span != null) {
      span.handOver();
    }
    long bytes = size(notes);
    if (closing || waitingBytes.get() > MOST_WAITING) {
      keepSoon(notes);
      return;
    }
    waitingBytes.addAndGet(bytes);
    queue.add(notes);
    if (isAsleep) {
      LockSupport.unpark(thread);
    }
    if (closing && queue.remove(notes)) {
      keepSoon(notes); // The thread that it was for may have ended meanwhile.
    }
  }

  private static long size(CallNotes notes) {
    return 1024L
        + notes.request().length
        + notes.answer().flatMap(Exchange.Answer::body).map(it -> (long) it.length()).orElse(0L);
  }

  private void run() {
    int idle = 0;
    while (!closing || !queue.isEmpty()) {
      CallNotes notes = queue.poll();
      if (notes != null) {
        idle = 0;
        keepSoon(notes);
        waitingBytes.addAndGet(-size(notes));
      } else if (idle++ < SHORT_WAITS) {
        LockSupport.parkNanos(SHORT_WAIT.toNanos());
      } else {
        idle = 0;
        sleep();
      }
    }
  }

  /** Waits for the next record; who adds one while this is asleep wakes it. */
  private void sleep() {
    isAsleep = true;
    if (queue.isEmpty() && !closing) {
      LockSupport.park(this);
    }
    isAsleep = false;
  }

  private void keepSoon(CallNotes notes) {
    try {
      Ticket ticket = log.keep(exchange(notes), Durability.GROUP_COMMIT);
      ticket.whenSettled(this::settled);
      afterwards.accept(notes);
    } catch (TreadleException e) {
      settled(Optional.of(e));
    } catch (RuntimeException e) {
      // The boundary of the capture thread: one record must not end the keeping of all others.
      lost.incrementAndGet();
      events.say(
          EventLog.Level.ERROR,
          "exchange_lost",
          Map.of("exchange", notes.id, "why", String.valueOf(e)));
    } finally {
      CallSpan span = notes.span;
      if (span != null) {
        span.end(notes);
      }
    }
  }

  private void settled(Optional<TreadleException> failure) {
    if (failure.isEmpty()) {
      kept.incrementAndGet();
    } else if (lost.getAndIncrement() % 1000 == 0) {
      say(failure.get());
    }
  }

  private void say(TreadleException failure) {
    events.say(
        EventLog.Level.ERROR,
        "exchange_lost",
        Map.of("why", String.valueOf(failure.getMessage()), "lost", lost.get()));
  }

  private void counted(Runnable keep) {
    try {
      keep.run();
      kept.incrementAndGet();
    } catch (TreadleException e) {
      if (lost.getAndIncrement() % 1000 == 0) {
        say(e);
      }
      throw e;
    }
  }

  /** A copy of a user's words, sent for another purpose, does not continue the user's talk. */
  private static String who(CallNotes notes) {
    return notes.purpose() == Purpose.USER
        ? notes.subject()
        : notes.purpose().wire() + '\n' + notes.subject();
  }

  /** What is known of a call's conversation before it is answered. */
  Conversations.Known recognise(CallNotes notes) {
    TurnDigests digests = TurnDigests.of(seed, notes.api, notes.request(), new byte[0]);
    recognising.lock();
    try {
      return conversations.recognise(notes.id, who(notes), digests, notes.conversationHint());
    } finally {
      recognising.unlock();
    }
  }

  private Exchange exchange(CallNotes notes) {
    byte[] answer =
        notes.state() == Exchange.State.ANSWERED
            ? notes
                .answer()
                .flatMap(Exchange.Answer::body)
                .map(it -> it.bytes())
                .orElse(new byte[0])
            : new byte[0];
    TurnDigests digests = TurnDigests.of(seed, notes.api, notes.request(), answer);
    Exchange.ConversationMark mark;
    recognising.lock();
    try {
      mark =
          conversations.mark(
              notes.id,
              who(notes),
              digests,
              notes.conversationHint(),
              notes.hintIsHeader(),
              notes.leaves());
    } finally {
      recognising.unlock();
    }
    return notes.exchange(Optional.of(mark));
  }

  long kept() {
    return kept.get();
  }

  long lost() {
    return lost.get();
  }

  long waitingBytes() {
    return waitingBytes.get();
  }

  /** Keeps what waits, and ends. */
  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    for (CallNotes notes = queue.poll(); notes != null; notes = queue.poll()) {
      keepSoon(notes);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
