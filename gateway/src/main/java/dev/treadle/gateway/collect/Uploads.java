package dev.treadle.gateway.collect;

import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Posts comparisons to a collector, each at least once, in batches.
 *
 * <p>The lake is the queue: what waits in memory is limited, and what has no room there is read
 * again once there is. A cursor says what was uploaded, so a restart goes on where the process
 * ended; a batch whose answer was lost is sent again, and the collector knows it by its content.
 */
final class Uploads implements AutoCloseable {
  private static final int MOST_WAITING = 5000;
  private static final long MOST_WAITING_BYTES = 32L << 20;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  private final ComparisonStore store;
  private final Supplier<CollectSettings> settings;
  private final TrainingMode.Outside outside;
  private final Tally tally;
  private final UploadCursor cursor;
  private @Nullable CollectorClient client;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final NavigableMap<Long, byte[]> waiting = new TreeMap<>();
  private final TreeSet<Long> pending = new TreeSet<>();
  private long waitingBytes;
  private long beyond = Long.MAX_VALUE;
  private long firstWaitingSince;
  private Duration pause = Duration.ZERO;
  private long pausedUntil;
  private boolean isClosed;

  Uploads(
      ComparisonStore store,
      Supplier<CollectSettings> settings,
      TrainingMode.Outside outside,
      Tally tally) {
    this.store = store;
    this.settings = settings;
    this.outside = outside;
    this.tally = tally;
    this.cursor = new UploadCursor(store.state());
  }

  void start() {
    CollectorClient made = new CollectorClient();
    client = made;
    Thread.ofVirtual().name("gateway-upload").start(() -> run(made));
  }

  /** A question was accepted: what it becomes is to be uploaded later. */
  void accepted(long place) {
    lock.lock();
    try {
      pending.add(place);
    } finally {
      lock.unlock();
    }
  }

  /** A question came to nothing that could be uploaded. */
  void dropped(long place) {
    lock.lock();
    try {
      pending.remove(place);
    } finally {
      lock.unlock();
    }
  }

  /**
   * A comparison is in the lake.
   *
   * @param place of its question
   * @param redacted gives it as the lake has it, without secrets; asked only where that is needed
   */
  void offer(long place, Supplier<Comparison> redacted) {
    if (!isOn()) {
      leave(place);
      return;
    }
    byte[] point = Json.write(DataPoint.of(redacted.get()));
    lock.lock();
    try {
      pending.remove(place);
      if (!cursor.holds(place) && place < beyond && waiting.put(place, point) == null) {
        waitingBytes += point.length;
        if (waiting.size() == 1) {
          firstWaitingSince = now();
        }
        leaveOut();
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isOn() {
    CollectSettings now = settings.get();
    return now.isEnabled() && now.storageEndpoint().isPresent();
  }

  /** Nobody wants it now; should that change, it is read from the lake. */
  private void leave(long place) {
    lock.lock();
    try {
      pending.remove(place);
      beyond = cursor.holds(place) ? beyond : Math.min(beyond, place);
    } finally {
      lock.unlock();
    }
  }

  /** What has no room is read from the lake again, later ones before earlier ones. */
  private void leaveOut() {
    while (waiting.size() > MOST_WAITING
        || (waitingBytes > MOST_WAITING_BYTES && waiting.size() > 1)) {
      Map.Entry<Long, byte[]> last = waiting.pollLastEntry();
      waitingBytes -= last.getValue().length;
      beyond = Math.min(beyond, last.getKey());
    }
  }

  /** Somebody changed the settings. */
  void look() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run(CollectorClient client) {
    while (true) {
      NavigableMap<Long, byte[]> batch;
      lock.lock();
      try {
        batch = awaitBatch();
        if (isClosed) {
          return;
        }
      } catch (InterruptedException e) {
        return;
      } finally {
        lock.unlock();
      }
      if (batch.isEmpty()) {
        readAgain();
      } else {
        upload(batch, client);
      }
    }
  }

  /** What is to be uploaded now; empty where the lake has more of it and memory has none. */
  private NavigableMap<Long, byte[]> awaitBatch() throws InterruptedException {
    while (!isClosed) {
      boolean isBehind = waiting.isEmpty() && beyond < Long.MAX_VALUE;
      if (!isOn() || (waiting.isEmpty() && !isBehind)) {
        changed.await();
        continue;
      }
      CollectSettings.Training training = settings.get().training();
      long left = nanosUntilDue(training);
      if (left <= 0) {
        return first(training.batchSize());
      }
      boolean _ = changed.await(left, TimeUnit.NANOSECONDS);
    }
    return new TreeMap<>();
  }

  private long nanosUntilDue(CollectSettings.Training training) {
    long now = now();
    if (!pause.isZero()) {
      return pausedUntil - now;
    }
    return waiting.isEmpty() || waiting.size() >= training.batchSize()
        ? 0
        : firstWaitingSince + training.flushInterval().toNanos() - now;
  }

  private NavigableMap<Long, byte[]> first(int most) {
    NavigableMap<Long, byte[]> batch = new TreeMap<>();
    for (Map.Entry<Long, byte[]> it : waiting.entrySet()) {
      if (batch.size() == most) {
        break;
      }
      batch.put(it.getKey(), it.getValue());
    }
    return batch;
  }

  private void readAgain() {
    long before;
    lock.lock();
    try {
      before = beyond;
      beyond = Long.MAX_VALUE;
    } finally {
      lock.unlock();
    }
    try {
      store.settle(); // What was kept a moment ago could be overlooked.
      store.forEach(
          it -> {
            if (Inquiry.isOurs(it) && !Inquiry.isPending(it)) {
              offer(Inquiry.acceptedOf(it), () -> it);
            }
          });
    } catch (TreadleException e) {
      leave(before);
      backOff("upload_not_read", Map.of("why", String.valueOf(e.getMessage())));
    }
  }

  private void upload(NavigableMap<Long, byte[]> batch, CollectorClient client) {
    URI endpoint = settings.get().storageEndpoint().orElse(null);
    if (endpoint == null) {
      return;
    }
    int status = client.post(endpoint, batch(batch.values()), outside.storageKey().get());
    if (status / 100 == 2) {
      tally.uploaded(batch.size());
      done(batch);
    } else if (isRefused(status) && batch.size() == 1) {
      tally.uploadRefused();
      outside
          .warnings()
          .warn(
              "upload_refused",
              Map.of("endpoint", endpoint.toString(), "status", status, "points", 1));
      done(batch);
    } else if (isRefused(status)) {
      // One of them is not to the collector's liking: it must not hold up the others.
      batch.forEach((place, point) -> upload(new TreeMap<>(Map.of(place, point)), client));
    } else {
      backOff("upload_failed", Map.of("endpoint", endpoint.toString(), "status", status));
    }
  }

  /** Whether sending the same again is of no use. */
  private static boolean isRefused(int status) {
    return status == 400 || status == 413 || status == 422;
  }

  private long now() {
    return outside.nanos().getAsLong();
  }

  private void backOff(String event, Map<String, Object> why) {
    lock.lock();
    try {
      if (pause.isZero()) {
        outside.warnings().warn(event, why);
      }
      tally.uploadFailed();
      Duration longer = pause.isZero() ? FIRST_PAUSE : pause.multipliedBy(2);
      pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
      pausedUntil = now() + pause.toNanos();
    } finally {
      lock.unlock();
    }
  }

  private byte[] batch(Collection<byte[]> points) {
    List<ObjectNode> nodes = new ArrayList<>(points.size());
    points.forEach(it -> nodes.add((ObjectNode) Json.read(it)));
    return Json.write(DataPoint.batch(nodes, outside.clock().instant().getEpochSecond()));
  }

  private void done(NavigableMap<Long, byte[]> batch) {
    lock.lock();
    try {
      pause = Duration.ZERO;
      batch.forEach(
          (place, point) -> {
            if (waiting.remove(place) != null) {
              waitingBytes -= point.length;
            }
          });
      firstWaitingSince = now();
      long firstOpen = beyond;
      firstOpen = Math.min(firstOpen, waiting.isEmpty() ? Long.MAX_VALUE : waiting.firstKey());
      firstOpen = Math.min(firstOpen, pending.isEmpty() ? Long.MAX_VALUE : pending.first());
      cursor.uploaded(batch.keySet(), firstOpen);
    } catch (TreadleException e) {
      outside.warnings().warn("upload_cursor_lost", Map.of("why", String.valueOf(e.getMessage())));
    } finally {
      lock.unlock();
    }
  }

  /** Ends; what waits is uploaded by the next process. */
  @Override
  public void close() {
    lock.lock();
    try {
      isClosed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    CollectorClient made = client;
    if (made != null) {
      made.close();
    }
  }
}
