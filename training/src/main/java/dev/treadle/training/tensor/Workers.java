package dev.treadle.training.tensor;

import dev.treadle.training.tokens.Sequence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.global.torch;

/**
 * The threads that compute. A micro-batch's sequences are divided among them, and each computes its
 * share alone: threads that wait for each other within an operation cost more, above all on a
 * machine that does other things too. A single sequence is computed by one thread, whose matrix
 * products then take all cores.
 */
final class Workers implements AutoCloseable {
  private final int threads;
  private final ExecutorService pool;

  Workers(int threads) {
    this.threads = threads;
    pool =
        Executors.newFixedThreadPool(
            threads,
            work ->
                Thread.ofPlatform()
                    .name("training")
                    .daemon()
                    .unstarted(
                        () -> {
                          torch.set_num_threads(1);
                          work.run();
                        }));
  }

  /** What a thread does with its share; {@code thread} counts from 0. */
  interface Work<T> {
    T with(List<Sequence> share, int thread);
  }

  /** The results of all shares, in their order. */
  <T> List<T> each(List<Sequence> sequences, int most, Work<T> work) {
    List<List<Sequence>> shares = divide(sequences, Math.min(threads, most));
    openblas.blas_set_num_threads(shares.size() > 1 ? 1 : threads);
    List<Future<T>> running = new ArrayList<>();
    for (int i = 0; i < shares.size(); i++) {
      int thread = i;
      running.add(
          pool.submit(
              () -> {
                try (NoGradGuard _ = new NoGradGuard()) {
                  return work.with(shares.get(thread), thread);
                }
              }));
    }
    List<T> results = new ArrayList<>();
    RuntimeException failure = null;
    // Whoever calls may free what all threads read: none may be at it when this ends.
    for (Future<T> it : running) {
      try {
        results.add(result(it));
      } catch (RuntimeException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
    return results;
  }

  /** The result of one piece of work, whose matrix products take all cores. */
  <T> T alone(Callable<T> work) {
    openblas.blas_set_num_threads(threads);
    return result(
        pool.submit(
            () -> {
              try (NoGradGuard _ = new NoGradGuard()) {
                return work.call();
              }
            }));
  }

  private static <T> T result(Future<T> running) {
    try {
      return running.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while computing", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** The longest first, each to who has the fewest tokens: the same for the same sequences. */
  static List<List<Sequence>> divide(List<Sequence> sequences, int shares) {
    int count = Math.max(1, Math.min(shares, sequences.size()));
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < sequences.size(); i++) {
      order.add(i);
    }
    order.sort(Comparator.comparing(it -> -sequences.get(it).length()));
    long[] tokens = new long[count];
    List<List<Sequence>> divided = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      divided.add(new ArrayList<>());
    }
    for (int it : order) {
      int least = 0;
      for (int i = 1; i < count; i++) {
        least = tokens[i] < tokens[least] ? i : least;
      }
      tokens[least] += sequences.get(it).length();
      divided.get(least).add(sequences.get(it));
    }
    return divided;
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
