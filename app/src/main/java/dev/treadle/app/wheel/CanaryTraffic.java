package dev.treadle.app.wheel;

import dev.treadle.routing.Decision;
import dev.treadle.store.Lake;
import dev.treadle.store.Lines;
import dev.treadle.store.Policies.Standing;
import dev.treadle.store.Stream;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.ExchangeCodec;
import dev.treadle.transcript.Feedback;
import dev.treadle.transcript.FeedbackCodec;
import dev.treadle.transcript.Purpose;
import dev.treadle.transcript.TreadleException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the conversations of a canary earned, in the order in which that was settled.
 *
 * <p>A conversation is settled some minutes after it was first judged, and stays as it was then:
 * whoever looks later sees the same results and more of them behind. The test of the canary rests
 * on this, as it may be looked at at any time.
 */
final class CanaryTraffic {
  /** For so long whoever judged may think again, or judge the next answer. */
  static final Duration SETTLING = Duration.ofMinutes(10);

  /** More decide nothing any more: a test that is undecided by then has no difference to find. */
  private static final int MOST = 200_000;

  private static final int SERVER_ERROR = 500;

  private final String route;
  private final Standing standing;
  private final LocalDate from;

  /** What was said of an exchange or of a whole conversation. */
  private record Said(String about, Instant time, double score) {}

  /** Whose conversation an exchange belongs to. */
  private record Mark(String conversation, boolean isCandidate) {}

  /**
   * A conversation and the mean of its scores.
   *
   * @param settled when its last word was said
   */
  record Earned(String conversation, boolean isCandidate, Instant settled, double reward) {}

  private CanaryTraffic(String route, Standing standing) {
    this.route = route;
    this.standing = standing;
    this.from = LocalDate.ofInstant(standing.since(), ZoneOffset.UTC);
  }

  /**
   * Reads what is settled.
   *
   * @param standing with a canary
   */
  static List<Earned> read(Lake lake, String route, Standing standing, Instant now) {
    return new CanaryTraffic(route, standing).read(lake, now);
  }

  private List<Earned> read(Lake lake, Instant now) {
    Map<String, List<Said>> judged = judged(lake);
    Map<String, Mark> marks = new HashMap<>();
    Map<String, Said> failures = new HashMap<>();
    try (Lines lines = lake.read(Stream.EXCHANGES, from)) {
      while (lines.hasNext()) {
        exchange(lines.next().json())
            .filter(this::isOurs)
            .ifPresent(
                it -> {
                  String conversation = conversation(it);
                  boolean isFailure = isFailure(it) && failures.size() < MOST;
                  if (isFailure) {
                    failures.put(it.id(), new Said(it.id(), it.time().plus(total(it)), 0));
                  }
                  if (isFailure || judged.containsKey(it.id())) {
                    marks.put(it.id(), new Mark(conversation, isCandidate(it)));
                  }
                  if (judged.containsKey(conversation)) {
                    marks.put(conversation, new Mark(conversation, isCandidate(it)));
                  }
                });
      }
    }
    failures.forEach((id, it) -> judged.computeIfAbsent(id, _ -> new ArrayList<>()).add(it));
    return settled(judged, marks, now);
  }

  /** Every score by what it is about; a thumb up is 1, one down 0. */
  private Map<String, List<Said>> judged(Lake lake) {
    Map<String, List<Said>> judged = new HashMap<>();
    int count = 0;
    try (Lines lines = lake.read(Stream.FEEDBACK, from)) {
      while (lines.hasNext() && count < MOST) {
        Optional<Said> said = feedback(lines.next().json()).flatMap(this::said);
        if (said.isPresent()) {
          count++;
          judged.computeIfAbsent(said.get().about(), _ -> new ArrayList<>()).add(said.get());
        }
      }
    }
    return judged;
  }

  private Optional<Said> said(Feedback it) {
    Optional<Double> score = it.score().or(() -> it.thumbsUp().map(up -> up ? 1.0 : 0.0));
    Optional<String> about = it.exchange().or(it::conversation);
    return score.isEmpty() || it.time().isBefore(standing.since())
        ? Optional.empty()
        : about.map(id -> new Said(id, it.time(), score.get()));
  }

  private static Optional<Feedback> feedback(byte[] json) {
    try {
      return Optional.of(FeedbackCodec.decode(json));
    } catch (TreadleException e) {
      return Optional.empty(); // Of a newer version: it says nothing here.
    }
  }

  private static Optional<Exchange> exchange(byte[] json) {
    try {
      return Optional.of(ExchangeCodec.decode(json));
    } catch (TreadleException e) {
      return Optional.empty(); // Of a newer version: it says nothing here.
    }
  }

  /**
   * Decided by this very canary: the first calls after a change may still be of what was before.
   */
  private boolean isOurs(Exchange it) {
    String policy = it.decision().map(Exchange.DecisionMark::policy).orElse("");
    return it.route().equals(route)
        && it.purpose() == Purpose.USER
        && !it.time().isBefore(standing.since())
        && it.decision().flatMap(Exchange.DecisionMark::arm).isPresent()
        && policy.endsWith("/" + standing.canary().orElseThrow());
  }

  private static boolean isCandidate(Exchange it) {
    return it.decision()
        .flatMap(Exchange.DecisionMark::arm)
        .filter(Decision.Arm.CANDIDATE.wire()::equals)
        .isPresent();
  }

  private static String conversation(Exchange it) {
    return it.conversation().map(Exchange.ConversationMark::id).orElse(it.id());
  }

  /** The models' doing: not a request that was wrong, nor a client that left. */
  private static boolean isFailure(Exchange it) {
    boolean isRefused =
        it.state() == Exchange.State.FAILED
            && it.answer().filter(answer -> answer.status() >= SERVER_ERROR).isPresent();
    return isRefused || it.state() == Exchange.State.ABORTED;
  }

  private static Duration total(Exchange it) {
    return it.timings().total();
  }

  private static List<Earned> settled(
      Map<String, List<Said>> judged, Map<String, Mark> marks, Instant now) {
    Map<String, List<Said>> conversations = new TreeMap<>();
    Map<String, Boolean> arms = new HashMap<>();
    judged.forEach(
        (about, said) ->
            Optional.ofNullable(marks.get(about))
                .ifPresent(
                    mark -> {
                      conversations
                          .computeIfAbsent(mark.conversation(), _ -> new ArrayList<>())
                          .addAll(said);
                      arms.put(mark.conversation(), mark.isCandidate());
                    }));
    List<Earned> earned = new ArrayList<>();
    conversations.forEach(
        (conversation, said) -> {
          said.sort(Comparator.comparing(Said::time).thenComparing(Said::about));
          Instant end = said.getFirst().time().plus(SETTLING);
          if (!end.isAfter(now)) {
            boolean isCandidate = Boolean.TRUE.equals(arms.get(conversation));
            earned.add(new Earned(conversation, isCandidate, end, reward(said, end)));
          }
        });
    earned.sort(Comparator.comparing(Earned::settled).thenComparing(Earned::conversation));
    return earned.subList(0, Math.min(MOST, earned.size()));
  }

  /** The mean over what was judged, of each the last word. */
  private static double reward(List<Said> said, Instant end) {
    Map<String, Double> last = new TreeMap<>();
    said.stream()
        .filter(it -> !it.time().isAfter(end))
        .forEach(it -> last.put(it.about(), it.score()));
    return last.values().stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}
