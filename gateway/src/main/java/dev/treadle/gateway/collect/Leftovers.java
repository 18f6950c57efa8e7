package dev.treadle.gateway.collect;

import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.TreadleException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What earlier processes left in the lake: questions that were accepted and not compared, and
 * comparisons that were not uploaded.
 */
final class Leftovers {
  private static final Duration OLDEST = Duration.ofDays(1);
  private static final int MOST = 10_000;

  /** Many: a process may be killed for reasons that are not the question's. */
  private static final int MOST_TAKES = 10;

  private final ComparisonStore store;
  private final InstantSource clock;
  private final Uploads uploads;
  private final Warnings warnings;
  private final Takes takes;
  private long lastAccepted;
  private int found;

  Leftovers(ComparisonStore store, InstantSource clock, Uploads uploads, Warnings warnings) {
    this.store = store;
    this.clock = clock;
    this.uploads = uploads;
    this.warnings = warnings;
    this.takes = new Takes(store.state());
  }

  /**
   * Reads every comparison of the lake.
   *
   * @param takeUp is given each question that is to be compared
   * @return the last place that was given to a question, or 0
   */
  long read(Consumer<Inquiry> takeUp) {
    store.forEach(it -> look(it, takeUp));
    return lastAccepted;
  }

  private void look(Comparison it, Consumer<Inquiry> takeUp) {
    if (!Inquiry.isOurs(it)) {
      return;
    }
    lastAccepted = Math.max(lastAccepted, Inquiry.acceptedOf(it));
    if (!Inquiry.isPending(it)) {
      uploads.offer(Inquiry.acceptedOf(it), () -> it);
      return;
    }
    uploads.accepted(Inquiry.acceptedOf(it));
    if (found++ < MOST) { // The others are for the next process.
      try {
        takeUp.accept(Inquiry.of(it, store::whole));
      } catch (TreadleException e) {
        String why = String.valueOf(e.getMessage());
        warnings.warn(
            "pending_not_read", Map.of("comparison", it.header().id().value(), "why", why));
      }
    }
  }

  /** Why a question is not asked any more. */
  Optional<String> givesUp(Inquiry inquiry) {
    Instant asked = inquiry.pending().header().source().time().orElse(Instant.EPOCH);
    if (asked.plus(OLDEST).isBefore(clock.instant())) {
      return Optional.of("not asked: the question waited for over a day");
    }
    return takes.again(inquiry.id()) > MOST_TAKES
        ? Optional.of("not asked: the gateway ended over it " + MOST_TAKES + " times")
        : Optional.empty();
  }

  void done(Inquiry inquiry) {
    takes.done(inquiry.id());
  }
}
