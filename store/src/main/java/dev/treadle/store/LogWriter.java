package dev.treadle.store;

import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The one thread of a lake that writes and forces segments.
 *
 * <p>Callers put lines into a queue. The thread takes all there are, writes them, forces each
 * segment once, and settles their tickets: many lines, one force. Where every line may wait, it
 * lingers a moment for more before it takes them. Nothing is written that is not forced in the same
 * round, so a failure concerns exactly the lines of one stream in one round.
 */
final class LogWriter implements AutoCloseable {
  private static final int BUFFER = 1 << 20;
  private static final long ENOUGH = 1 << 20;
  private static final long IDLE_CHECK_SECONDS = 30;
  private static final int NAME_TRIES = 100;
  private static final int KEPT_FAILURES = 1000;

  private final LakeSettings settings;
  private final Layout layout;
  private final String writer;
  private final SealQueue sealing;
  private final Thread thread;

  private final ReentrantLock monitor = new ReentrantLock();
  private final Condition work = monitor.newCondition();
  private final Condition space = monitor.newCondition();
  private List<Task> queue = new ArrayList<>();
  private long queuedBytes;
  private boolean urgent;
  private boolean closing;

  /** Failed lines for which nobody may have waited: the next flush tells. */
  private List<Ticket> failed = new ArrayList<>();

  // Below: the writer thread's own.
  private final Map<Stream, Segment> open = new EnumMap<>(Stream.class);
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
  private long lastNumber;

  /** What the thread is asked to do; its ticket is settled in the same round. */
  private sealed interface Task {
    Ticket ticket();
  }

  private static final class Append implements Task {
    final Stream stream;
    final byte[] line;
    final Durability durability;
    final Ticket ticket;

    Append(Stream stream, byte[] line, Durability durability, Ticket ticket) {
      this.stream = stream;
      this.line = line;
      this.durability = durability;
      this.ticket = ticket;
    }

    @Override
    public Ticket ticket() {
      return ticket;
    }
  }

  /** A mark in the queue: all before it is done. */
  private record Mark(boolean endSegments, Ticket ticket) implements Task {}

  LogWriter(LakeSettings settings, Layout layout, String writer, SealQueue sealing) {
    this.settings = settings;
    this.layout = layout;
    this.writer = writer;
    this.sealing = sealing;
    this.thread = Thread.ofPlatform().name("lake-writer").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Queues a whole line; waits while the queue is full. */
  Ticket append(Stream stream, byte[] line, Durability durability, Ticket ticket) {
    Append append = new Append(stream, line, durability, ticket);
    return enqueue(append, line.length, durability == Durability.BEFORE_ANSWER);
  }

  /** Waits until everything queued before is safe; throws what a group-commit line met since. */
  void flush() {
    mark(false);
  }

  /** Like {@link #flush}, and hands every open segment over to be sealed. */
  void endSegments() {
    mark(true);
  }

  private void mark(boolean endSegments) {
    enqueue(new Mark(endSegments, new Ticket()), 0, true).await();
    List<Ticket> tickets;
    monitor.lock();
    try {
      tickets = failed;
      failed = new ArrayList<>();
    } finally {
      monitor.unlock();
    }
    tickets.stream().filter(ticket -> !ticket.isTold()).findFirst().ifPresent(Ticket::await);
  }

  private Ticket enqueue(Task task, int length, boolean now) {
    monitor.lock();
    try {
      while (queuedBytes > settings.limits().queuedBytes() && !closing) {
        space.awaitUninterruptibly();
      }
      if (closing) {
        throw StoreError.CLOSED.because("the lake " + layout.root() + " is closed");
      }
      boolean first = queue.isEmpty();
      queue.add(task);
      queuedBytes += length;
      boolean wasUrgent = urgent;
      urgent |= now || queuedBytes >= ENOUGH;
      if (first || urgent != wasUrgent) {
        work.signal();
      }
      return task.ticket();
    } finally {
      monitor.unlock();
    }
  }

  private void run() {
    while (true) {
      List<Task> round = take();
      if (round.isEmpty()) {
        if (isClosing()) {
          break;
        }
        endOldSegments();
      }
      commit(round);
    }
    for (Stream stream : List.copyOf(open.keySet())) {
      end(stream);
    }
  }

  private boolean isClosing() {
    monitor.lock();
    try {
      return closing && queue.isEmpty();
    } finally {
      monitor.unlock();
    }
  }

  /** The lines of the next round; none when it is time to look at the clock or to close. */
  private List<Task> take() {
    monitor.lock();
    try {
      if (queue.isEmpty() && !closing) {
        await(TimeUnit.SECONDS.toNanos(IDLE_CHECK_SECONDS), false);
      }
      if (!queue.isEmpty()) {
        await(settings.limits().groupCommit().toNanos(), true);
      }
      List<Task> round = queue;
      queue = new ArrayList<>();
      queuedBytes = 0;
      urgent = false;
      space.signalAll();
      return round;
    } finally {
      monitor.unlock();
    }
  }

  private void await(long nanos, boolean lingering) {
    long left = nanos;
    while (left > 0 && !closing && (lingering ? !urgent : queue.isEmpty())) {
      try {
        left = work.awaitNanos(left);
      } catch (InterruptedException e) {
        // Nobody interrupts this thread to stop it: closing does.
        left = 0;
      }
    }
  }

  private void commit(List<Task> round) {
    Map<Stream, List<Append>> lines = new EnumMap<>(Stream.class);
    boolean endSegments = false;
    for (Task task : round) {
      switch (task) {
        case Append append ->
            lines.computeIfAbsent(append.stream, _ -> new ArrayList<>()).add(append);
        case Mark mark -> endSegments |= mark.endSegments();
      }
    }
    lines.forEach(this::commit);
    if (endSegments) {
      List.copyOf(open.keySet()).forEach(this::end);
    }
    for (Task task : round) {
      if (task instanceof Mark) {
        task.ticket().succeed();
      }
    }
  }

  private void commit(Stream stream, List<Append> lines) {
    try {
      write(stream, lines);
    } catch (IOException e) {
      fail(lines, StoreError.writing(layout.stream(stream), e));
      return;
    } catch (TreadleException e) {
      fail(lines, e);
      return;
    } catch (RuntimeException e) {
      // The boundary of this thread: were it to end here, every caller would wait for ever.
      fail(lines, StoreError.WRITE_FAILED.because("writing the log failed: " + e, e));
      return;
    }
    for (Append append : lines) {
      append.ticket.succeed();
    }
  }

  private void write(Stream stream, List<Append> lines) throws IOException {
    Segment segment = segmentFor(stream);
    boolean safe = false;
    try {
      buffer.clear();
      for (Append append : lines) {
        put(segment, append.line);
      }
      drain(segment);
      segment.force();
      safe = true;
    } finally {
      if (!safe) {
        open.remove(stream);
        segment.abandon();
      }
    }
  }

  private void put(Segment segment, byte[] line) throws IOException {
    int from = 0;
    while (from < line.length) {
      int length = Math.min(buffer.remaining(), line.length - from);
      buffer.put(line, from, length);
      from += length;
      if (!buffer.hasRemaining()) {
        drain(segment);
      }
    }
  }

  private void drain(Segment segment) throws IOException {
    buffer.flip();
    segment.append(buffer);
    buffer.clear();
  }

  private void fail(List<Append> lines, TreadleException failure) {
    monitor.lock();
    try {
      for (Append append : lines) {
        if (append.durability == Durability.GROUP_COMMIT && failed.size() < KEPT_FAILURES) {
          failed.add(append.ticket);
        }
      }
    } finally {
      monitor.unlock();
    }
    for (Append append : lines) {
      append.ticket.fail(failure);
    }
  }

  private Segment segmentFor(Stream stream) throws IOException {
    Instant now = settings.clock().instant();
    Segment segment = open.get(stream);
    if (segment != null && isOver(segment, now)) {
      end(stream);
      segment = null;
    }
    if (segment == null) {
      segment = begin(stream, now);
      open.put(stream, segment);
    }
    return segment;
  }

  private boolean isOver(Segment segment, Instant now) {
    return segment.length() >= settings.limits().segmentBytes()
        || !segment.name().day().equals(dayOf(now));
  }

  private static String dayOf(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC).toLocalDate().toString();
  }

  private Segment begin(Stream stream, Instant now) throws IOException {
    Disk disk = settings.disk();
    Path folder = layout.stream(stream);
    disk.createDirectory(folder);
    disk.createDirectory(folder.resolve(dayOf(now)));
    for (int i = 0; i < NAME_TRIES; i++) {
      lastNumber = Math.max(now.toEpochMilli(), lastNumber + 1);
      SegmentName name = new SegmentName(dayOf(now), writer, lastNumber);
      Path lockFile = name.in(folder, SegmentName.LOCK);
      // Somebody who looks for orphans may hold a new lock file for a moment: take the next name.
      Optional<Disk.Lock> lock = disk.tryLock(lockFile);
      if (lock.isPresent()) {
        return begin(stream, name, lock.get(), lockFile);
      }
    }
    throw StoreError.BUSY.because("no segment of " + folder + " could be locked; try again");
  }

  private Segment begin(Stream stream, SegmentName name, Disk.Lock lock, Path lockFile)
      throws IOException {
    try {
      return Segment.begin(settings.disk(), layout, stream, name, lock);
    } catch (IOException e) {
      try (lock) {
        settings.disk().delete(lockFile);
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  private void endOldSegments() {
    Instant now = settings.clock().instant();
    for (Map.Entry<Stream, Segment> entry : List.copyOf(open.entrySet())) {
      if (isOver(entry.getValue(), now)) {
        end(entry.getKey());
      }
    }
  }

  /** Hands the stream's segment over to be sealed: everything in it was forced. */
  private void end(Stream stream) {
    Segment segment = open.remove(stream);
    if (segment != null) {
      sealing.add(segment);
    }
  }

  @Override
  public void close() {
    try {
      flush();
    } finally {
      monitor.lock();
      try {
        closing = true;
        work.signalAll();
        space.signalAll();
      } finally {
        monitor.unlock();
      }
      joinUninterruptibly();
    }
  }

  private void joinUninterruptibly() {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
