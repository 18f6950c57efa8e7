package dev.treadle.training.merge;

import dev.treadle.training.safetensors.SafetensorsWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Work on a tensor's rows, a block at a time, on a few threads. What a block makes does not depend
 * on which thread had it.
 */
public final class Blocks implements AutoCloseable {
  /** So many numbers a block has, or one row. */
  static final int NUMBERS = 1 << 18;

  private final ExecutorService threads;
  private final List<Numbers> buffers = new ArrayList<>();

  /** What is done with rows {@code first} to {@code first + rows}. */
  public interface Work {
    void on(Numbers numbers, long first, int rows);
  }

  /**
   * Threads with their buffers.
   *
   * @param longestRow of any tensor that is worked on
   */
  public Blocks(int threads, long longestRow) {
    this.threads = Executors.newFixedThreadPool(threads);
    int elements = (int) Math.max(NUMBERS, longestRow);
    for (int i = 0; i < threads; i++) {
      buffers.add(new Numbers(elements));
    }
  }

  /**
   * Returns when all rows are done; the first failure ends it. Blocks begin and end where whole
   * units of a file do, if its rows allow that.
   *
   * @param width how many bytes of a file a number takes
   */
  public void run(long rows, long columns, int width, Work work) {
    long perBlock = Math.max(1, NUMBERS / Math.max(1, columns));
    long unit = SafetensorsWriter.UNIT / greatestCommonDivisor(columns * width);
    if (perBlock > unit) {
      perBlock -= perBlock % unit;
    }
    run(rows, perBlock, work);
  }

  /** Of a number and a unit, which is a power of two. */
  private static long greatestCommonDivisor(long number) {
    return Math.min(SafetensorsWriter.UNIT, Math.max(1, Long.lowestOneBit(number)));
  }

  private void run(long rows, long perBlock, Work work) {
    AtomicLong next = new AtomicLong();
    AtomicBoolean isOver = new AtomicBoolean();
    List<Future<?>> workers = new ArrayList<>();
    for (Numbers numbers : buffers) {
      workers.add(
          threads.submit(
              () -> {
                try {
                  long first = next.getAndAdd(perBlock);
                  while (first < rows && !isOver.get()) {
                    work.on(numbers, first, (int) Math.min(perBlock, rows - first));
                    first = next.getAndAdd(perBlock);
                  }
                } finally {
                  isOver.set(next.get() < rows);
                }
              }));
    }
    workers.forEach(Blocks::await);
  }

  /** Waits for a piece of work and passes its failure on. */
  static void await(Future<?> work) {
    try {
      work.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    threads.close();
  }
}
