package dev.treadle.app;

import dev.treadle.store.Durability;
import dev.treadle.store.ExchangeLog;
import dev.treadle.store.Lake;
import dev.treadle.store.redaction.Redactor;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.Feedback;
import dev.treadle.transcript.Purpose;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Calls that a canary decided, and what users said of them, as a gateway keeps both. */
final class CanaryCalls implements AutoCloseable {
  private final Lake lake;
  private final ExchangeLog log;
  private final Instant now;
  private final String policy;
  private final SplittableRandom random;

  /** Into a lake, at one time, decided by that version's canary. */
  CanaryCalls(WheelWorkspace wheel, Instant now, int version) {
    this.lake = wheel.lake(now);
    this.log = lake.exchanges(Redactor.standard());
    this.now = now;
    this.policy = "canary:fixed+learned/" + version;
    this.random = new SplittableRandom(now.toEpochMilli());
  }

  /** A call that was answered; gives its id. */
  String answered(String conversation, boolean isCandidate) {
    return call(conversation, isCandidate, Exchange.State.ANSWERED, 200, Purpose.USER);
  }

  String call(
      String conversation, boolean isCandidate, Exchange.State state, int status, Purpose purpose) {
    String id = Exchange.newId(now, random);
    Exchange exchange =
        new Exchange(
            id,
            now,
            state,
            "chat",
            "/v1/chat/completions",
            purpose,
            Optional.empty(),
            Optional.of(
                new Exchange.ConversationMark(
                    conversation, "new", 0, Optional.empty(), Optional.empty(), Optional.empty())),
            "ask",
            Optional.empty(),
            Map.of(),
            Optional.of(
                new Exchange.DecisionMark(
                    policy,
                    "near/small",
                    1,
                    List.of("near/small"),
                    "of the test",
                    Optional.of("learned"),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(isCandidate ? "candidate" : "live"),
                    Optional.of(0.5))),
            List.of(),
            Optional.of(new Exchange.Answer(status, false, 0, Optional.empty(), List.of())),
            Optional.empty(),
            Optional.empty(),
            new Exchange.Timings(Optional.empty(), Duration.ofMillis(41), Duration.ofMillis(1)),
            Optional.empty(),
            Map.of());
    log.keep(exchange, Durability.GROUP_COMMIT);
    return id;
  }

  /** Somebody's score of a call. */
  void judged(String exchange, double score) {
    said(Optional.of(exchange), Optional.empty(), Optional.of(score), Optional.empty());
  }

  /** Somebody's thumb for a whole conversation. */
  void thumb(String conversation, boolean isUp) {
    said(Optional.empty(), Optional.of(conversation), Optional.empty(), Optional.of(isUp));
  }

  private void said(
      Optional<String> exchange,
      Optional<String> conversation,
      Optional<Double> score,
      Optional<Boolean> thumb) {
    log.keep(
        new Feedback(
            Feedback.newId(now, random),
            now,
            exchange,
            conversation,
            Optional.empty(),
            score,
            thumb,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of()),
        Durability.GROUP_COMMIT);
  }

  @Override
  public void close() {
    lake.close();
  }
}
