package dev.treadle.gateway.cache;

import dev.treadle.routing.Target;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.RawJson;
import dev.treadle.transcript.dialect.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A whole, good answer of a model, to be given again. It says nothing of who asked: its key does.
 *
 * @param exchange id of the call in which the model was asked
 * @param time when the answer was whole
 * @param lifetime for how long after that it is given again
 * @param target that answered, as the route names it
 * @param model that answered
 * @param answer as it stands in the record of the call
 * @param usage as the model's upstream counted
 * @param sent the body as the client got it: of a stream its events
 */
public record CachedAnswer(
    String exchange,
    Instant time,
    Duration lifetime,
    Target target,
    String model,
    Exchange.Answer answer,
    Optional<Usage> usage,
    SentBytes sent) {
  /** What the objects of an entry and its place in the table take, rounded up. */
  static final int OVERHEAD = 1024;

  /** How old it is; negative where the clock was set back since. */
  public Duration age(Instant now) {
    return Duration.between(time, now);
  }

  /** Whether it may be given; of one from the future nobody knows how old it is. */
  boolean isFresh(Instant now) {
    Duration age = age(now);
    return !age.isNegative() && age.compareTo(lifetime) < 0;
  }

  /** How much memory it takes, with its place in the cache. */
  long heldBytes() {
    long bytes = OVERHEAD + sent.heldBytes() + 2L * model.length();
    for (String loss : answer.losses()) {
      bytes += SentBytes.PAGE_OVERHEAD + 2L * loss.length();
    }
    // The body of a whole answer's record is the very array that was sent.
    return bytes
        + answer
            .body()
            .map(RawJson::bytes)
            .filter(it -> !sent.holds(it))
            .map(it -> (long) it.length + SentBytes.PAGE_OVERHEAD)
            .orElse(0L);
  }
}
