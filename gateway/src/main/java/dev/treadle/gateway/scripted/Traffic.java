package dev.treadle.gateway.scripted;

import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** What has come and gone on an upstream's connections; others may wait for it. */
final class Traffic {
  private static final int MOST_KEPT = 1000;
  private static final long MOST_BYTES = 32 << 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<Socket> open = new HashSet<>();
  private final Deque<Received> received = new ArrayDeque<>();
  private long receivedBytes;
  private long receivedCount;
  private long goneCount;
  private boolean isClosed;

  /** False if nothing is served any more. */
  boolean opened(Socket socket) {
    return with(() -> !isClosed && open.add(socket));
  }

  void closed(Socket socket) {
    with(() -> open.remove(socket));
  }

  /** Keeps the request, at the cost of the oldest ones, and numbers it from 1. */
  long received(Received request) {
    lock.lock();
    try {
      received.addLast(request);
      receivedBytes += request.size();
      while (received.size() > MOST_KEPT || (receivedBytes > MOST_BYTES && received.size() > 1)) {
        receivedBytes -= received.removeFirst().size();
      }
      changed.signalAll();
      return ++receivedCount;
    } finally {
      lock.unlock();
    }
  }

  /** A client has closed its connection before the end of its answer. */
  void gone() {
    with(() -> ++goneCount > 0);
  }

  List<Received> kept() {
    lock.lock();
    try {
      return new ArrayList<>(received);
    } finally {
      lock.unlock();
    }
  }

  int openCount() {
    lock.lock();
    try {
      return open.size();
    } finally {
      lock.unlock();
    }
  }

  long receivedCount() {
    lock.lock();
    try {
      return receivedCount;
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    return with(() -> isClosed);
  }

  /** From now on nothing is served; the sockets that were open. */
  List<Socket> close() {
    lock.lock();
    try {
      isClosed = true;
      changed.signalAll();
      return List.copyOf(open);
    } finally {
      lock.unlock();
    }
  }

  boolean awaitGone(long count, Duration atMost) {
    return await(() -> goneCount >= count, atMost);
  }

  boolean awaitReceived(long count, Duration atMost) {
    return await(() -> receivedCount >= count, atMost);
  }

  boolean awaitOpen(int count, Duration atMost) {
    return await(() -> open.size() == count, atMost);
  }

  private boolean await(BooleanSupplier isSo, Duration atMost) {
    lock.lock();
    try {
      long nanos = atMost.toNanos();
      while (!isSo.getAsBoolean()) {
        if (nanos <= 0) {
          return false;
        }
        nanos = changed.awaitNanos(nanos);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  private boolean with(BooleanSupplier change) {
    lock.lock();
    try {
      boolean result = change.getAsBoolean();
      changed.signalAll();
      return result;
    } finally {
      lock.unlock();
    }
  }
}
