package dev.treadle.app.wheel;

import dev.treadle.curation.Splits;
import dev.treadle.measure.statistics.Interval;
import dev.treadle.measure.statistics.OffPolicy;
import dev.treadle.measure.statistics.OffPolicy.Logged;
import dev.treadle.routing.Decision;
import dev.treadle.routing.LearnedRouter;
import dev.treadle.routing.Policy;
import dev.treadle.routing.RoutingRequest;
import dev.treadle.routing.SessionState;
import dev.treadle.routing.Target;
import dev.treadle.store.Lake;
import dev.treadle.store.Lines;
import dev.treadle.store.Stream;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.ExchangeCodec;
import dev.treadle.transcript.Feedback;
import dev.treadle.transcript.FeedbackCodec;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Purpose;
import dev.treadle.transcript.TreadleException;
import dev.treadle.transcript.dialect.Dialect;
import dev.treadle.transcript.dialect.ModelRequest;
import dev.treadle.transcript.dialect.Protocol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Calls of a route that somebody gave a score, with what was chosen and how probable that was: what
 * another policy would have earned is estimated from them. Only conversations that no router learns
 * from: a policy does better on what it has seen.
 */
public final class LoggedTraffic {
  private static final double ANY_DRAW = 0.5;

  private final List<Target> targets;
  private final List<Call> calls;

  private record Call(
      RoutingRequest request, int action, double propensity, double reward, String group) {}

  /**
   * What a candidate would get, from 0 to 1.
   *
   * @param records calls with a score
   * @param effective how many calls of the candidate's own they are worth
   * @param doublyRobust where the policy expects something of every target
   * @param replay where the candidate would have chosen the same at least once
   * @param warnings why to doubt them
   */
  public record Estimates(
      int records,
      double effective,
      Interval asItWas,
      Interval inversePropensity,
      Interval selfNormalized,
      Optional<Interval> doublyRobust,
      Optional<Interval> replay,
      List<String> warnings) {
    static final Estimates NOTHING =
        new Estimates(
            0,
            0,
            new Interval(0, 0, 1),
            new Interval(0, 0, 1),
            new Interval(0, 0, 1),
            Optional.empty(),
            Optional.empty(),
            List.of());

    public Estimates {
      warnings = List.copyOf(warnings);
    }
  }

  private LoggedTraffic(List<Target> targets, List<Call> calls) {
    this.targets = targets;
    this.calls = calls;
  }

  /** The calls of a route in the lake. */
  public static LoggedTraffic read(Lake lake, RouteStation station) {
    Map<String, Double> scores = scores(lake);
    Splits splits = new Splits(0, station.wheel().heldOut());
    List<Call> calls = new ArrayList<>();
    if (scores.isEmpty()) {
      return new LoggedTraffic(station.targets(), calls);
    }
    try (Lines lines = lake.latest(Stream.EXCHANGES)) {
      while (lines.hasNext()) {
        Exchange exchange;
        try {
          exchange = ExchangeCodec.decode(lines.next().json());
        } catch (TreadleException e) {
          continue; // Of a newer version: it says nothing here.
        }
        Double score = scores.get(exchange.id());
        boolean isOurs =
            exchange.route().equals(station.name()) && exchange.purpose() == Purpose.USER;
        if (score != null && isOurs && splits.of(group(exchange)).equals("test")) {
          call(exchange, score, station.targets()).ifPresent(calls::add);
        }
      }
    }
    return new LoggedTraffic(station.targets(), calls);
  }

  /** The last score of every exchange; a thumb up is 1, one down 0. */
  private static Map<String, Double> scores(Lake lake) {
    Map<String, Double> scores = new HashMap<>();
    try (Lines lines = lake.read(Stream.FEEDBACK)) {
      while (lines.hasNext()) {
        readable(lines.next().json())
            .ifPresent(
                it ->
                    it.score()
                        .or(() -> it.thumbsUp().map(up -> up ? 1.0 : 0.0))
                        .ifPresent(score -> it.exchange().ifPresent(id -> scores.put(id, score))));
      }
    }
    return scores;
  }

  private static Optional<Feedback> readable(byte[] json) {
    try {
      return Optional.of(FeedbackCodec.decode(json));
    } catch (TreadleException e) {
      return Optional.empty(); // Of a newer version: it says nothing here.
    }
  }

  private static String group(Exchange it) {
    return it.conversation().map(Exchange.ConversationMark::id).orElse(it.id());
  }

  private static Optional<Call> call(Exchange it, double reward, List<Target> targets) {
    if (it.decision().isEmpty() || it.request().isEmpty()) {
      return Optional.empty();
    }
    Exchange.DecisionMark decision = it.decision().get();
    int action = targets.indexOf(Target.parse(decision.target()));
    if (action < 0 || !(decision.propensity() > 0)) {
      return Optional.empty();
    }
    try {
      Protocol protocol = Protocol.valueOf(it.protocol().toUpperCase(Locale.ROOT));
      ModelRequest request =
          Dialect.decodeRequest(protocol, (ObjectNode) Json.read(it.request().get().bytes()));
      RoutingRequest asked =
          RoutingRequest.of(request.messages(), request.tools(), Optional.of(group(it)));
      return Optional.of(new Call(asked, action, decision.propensity(), reward, group(it)));
    } catch (TreadleException | IllegalArgumentException | ClassCastException e) {
      return Optional.empty(); // Not a request with messages.
    }
  }

  /** What a policy would have earned in place of those that decided. */
  public Estimates estimate(Policy policy, Optional<LearnedRouter> router) {
    if (calls.isEmpty()) {
      return Estimates.NOTHING;
    }
    OffPolicy estimates =
        OffPolicy.of(calls.stream().map(it -> logged(it, policy, router)).toList());
    return new Estimates(
        calls.size(),
        estimates.effectiveSampleSize(),
        OffPolicy.of(calls.stream().map(this::asItWas).toList()).inversePropensity(),
        estimates.inversePropensity(),
        estimates.selfNormalized(),
        router.map(_ -> estimates.doublyRobust()),
        estimates.matches() == 0 ? Optional.empty() : Optional.of(estimates.replay()),
        estimates.warnings());
  }

  private Logged logged(Call it, Policy policy, Optional<LearnedRouter> router) {
    Decision decision = policy.choose(it.request(), SessionState.EMPTY, ANY_DRAW);
    double[] chances = new double[targets.size()];
    for (int i = 0; i < chances.length; i++) {
      chances[i] = decision.propensities().getOrDefault(targets.get(i), 0.0);
    }
    double[] model = router.map(known -> expected(known, it.request())).orElse(new double[0]);
    return new Logged(it.action(), it.propensity(), it.reward(), chances, model, it.group());
  }

  private double[] expected(LearnedRouter router, RoutingRequest request) {
    List<String> models = targets.stream().map(Target::toString).toList();
    return router.estimate(request, models).models().stream()
        .mapToDouble(it -> Math.clamp(it.quality(), 0, 1))
        .toArray();
  }

  /** A policy that chooses what was chosen. */
  private Logged asItWas(Call it) {
    double[] chosen = new double[targets.size()];
    chosen[it.action()] = 1;
    return new Logged(it.action(), 1, it.reward(), chosen, new double[0], it.group());
  }
}
