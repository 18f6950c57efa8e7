package dev.treadle.store;

import dev.treadle.transcript.TreadleException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** The promise that one appended line will be safe from a power cut. */
public final class Ticket {
  private final CompletableFuture<Void> settled = new CompletableFuture<>();
  private volatile boolean isTold;

  private final Consumer<Boolean> first;

  Ticket() {
    this(_ -> {});
  }

  /**
   * @param first is told, before anybody else is, whether the line is safe
   */
  Ticket(Consumer<Boolean> first) {
    this.first = first;
  }

  void succeed() {
    first.accept(true);
    settled.complete(null);
  }

  void fail(TreadleException failure) {
    first.accept(false);
    settled.completeExceptionally(failure);
  }

  /** Whether the line is safe by now: this is what acknowledged means. */
  public boolean isDurable() {
    return settled.isDone() && !settled.isCompletedExceptionally();
  }

  /** Whether it is known by now that the line will not be safe. */
  boolean isFailed() {
    return settled.isCompletedExceptionally();
  }

  /** Waits until the line is safe; throws the reason when it will not be. */
  public void await() {
    try {
      settled.join();
    } catch (CompletionException e) {
      isTold = true;
      throw unwrapped(e);
    }
  }

  /**
   * Says later, without a thread that waits, that the line is safe (nothing) or why it will not be.
   * Called at once where that is known by now, else on the log's own thread: so it must be quick
   * and must not wait for anything.
   */
  public void whenSettled(Consumer<Optional<TreadleException>> told) {
    CompletableFuture<Void> _ =
        settled.whenComplete(
            (_, failure) -> {
              isTold = isTold || failure != null;
              told.accept(
                  failure instanceof TreadleException reason
                      ? Optional.of(reason)
                      : Optional.empty());
            });
  }

  /** Whether somebody waited for the failure and got it. */
  boolean isTold() {
    return isTold;
  }

  /** The failure as the writer met it, with the waiting caller's stack beside it. */
  private static TreadleException unwrapped(CompletionException e) {
    if (e.getCause() instanceof TreadleException failure) {
      return new TreadleException(failure.code(), String.valueOf(failure.getMessage()), failure);
    }
    throw e;
  }
}
