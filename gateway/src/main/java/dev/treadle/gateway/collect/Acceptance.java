package dev.treadle.gateway.collect;

import dev.treadle.store.Heads;
import dev.treadle.transcript.TreadleException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/** Accepts questions: those that can be asked, that the budget allows and the lake took. */
final class Acceptance {
  private final ComparisonStore store;
  private final InstantSource clock;
  private final Budget budget;
  private final Uploads uploads;
  private long last;

  Acceptance(ComparisonStore store, InstantSource clock, Budget budget, Uploads uploads) {
    this.store = store;
    this.clock = clock;
    this.budget = budget;
    this.uploads = uploads;
  }

  /** Later questions get places after that one. */
  void after(long place) {
    last = Math.max(last, place);
  }

  /**
   * Puts a question into the lake as pending.
   *
   * @param skipped is told why, where it is not accepted
   */
  Optional<Inquiry> accept(Sample sample, CollectSettings settings, Consumer<Skip> skipped) {
    Inquiry inquiry;
    try {
      inquiry = Inquiry.of(sample, settings.training().candidates(), nextPlace());
    } catch (TreadleException | ClassCastException e) {
      skipped.accept(Skip.UNREADABLE);
      return Optional.empty();
    }
    Optional<Skip> why = refusal(inquiry, settings.training().limits());
    why.ifPresent(skipped);
    return why.isPresent() ? Optional.empty() : Optional.of(inquiry);
  }

  private Optional<Skip> refusal(Inquiry inquiry, CollectSettings.Limits limits) {
    if (!inquiry.isQuestion()) {
      return Optional.of(Skip.NO_QUESTION);
    }
    try {
      Optional<Skip> refusal = budget.take(limits);
      if (refusal.isPresent()) {
        return refusal;
      }
      uploads.accepted(inquiry.accepted());
      if (store.keep(inquiry.pending()) == Heads.Standing.NEW) {
        return Optional.empty();
      }
      uploads.dropped(inquiry.accepted());
      return Optional.of(Skip.KNOWN);
    } catch (TreadleException e) {
      uploads.dropped(inquiry.accepted());
      return Optional.of(Skip.NOT_KEPT);
    }
  }

  /** Microseconds, but always later than the one before. */
  private long nextPlace() {
    Instant now = clock.instant();
    long micros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
    last = Math.max(last + 1, micros);
    return last;
  }
}
