package dev.treadle.app.wheel;

import dev.treadle.curation.Splits;
import dev.treadle.routing.LearnedRouter;
import dev.treadle.routing.Policy;
import dev.treadle.routing.RoutingRequest;
import dev.treadle.routing.SessionState;
import dev.treadle.routing.Target;
import dev.treadle.routing.TrafficEvaluation;
import dev.treadle.routing.TrafficEvaluation.Logged;
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
  private final List<Logged> calls;

  private LoggedTraffic(List<Logged> calls) {
    this.calls = calls;
  }

  /** The calls of a route in the lake. */
  public static LoggedTraffic read(Lake lake, RouteStation station) {
    Map<String, Double> scores = scores(lake);
    Splits splits = new Splits(0, station.wheel().heldOut());
    List<Logged> calls = new ArrayList<>();
    if (scores.isEmpty()) {
      return new LoggedTraffic(calls);
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
          call(exchange, score).ifPresent(calls::add);
        }
      }
    }
    return new LoggedTraffic(calls);
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

  private static Optional<Logged> call(Exchange it, double reward) {
    if (it.decision().isEmpty() || it.request().isEmpty()) {
      return Optional.empty();
    }
    Exchange.DecisionMark decision = it.decision().get();
    try {
      Target chosen = Target.parse(decision.target());
      Protocol protocol = Protocol.valueOf(it.protocol().toUpperCase(Locale.ROOT));
      ModelRequest request =
          Dialect.decodeRequest(protocol, (ObjectNode) Json.read(it.request().get().bytes()));
      RoutingRequest asked =
          RoutingRequest.of(request.messages(), request.tools(), Optional.of(group(it)));
      return Optional.of(
          new Logged(
              asked,
              SessionState.EMPTY,
              chosen,
              Map.of(chosen, decision.propensity()),
              reward,
              group(it)));
    } catch (TreadleException | IllegalArgumentException | ClassCastException e) {
      return Optional.empty(); // Not a request with messages, or not a choice.
    }
  }

  /** The mean score as it was; 0 without calls. */
  public double asItWas() {
    return calls.stream().mapToDouble(Logged::reward).average().orElse(0);
  }

  /** What a policy would have earned in place of those that decided; empty without calls. */
  public Optional<TrafficEvaluation.Estimates> estimate(
      Policy policy, Optional<LearnedRouter> router) {
    return calls.isEmpty()
        ? Optional.empty()
        : Optional.of(TrafficEvaluation.of(policy, calls, router));
  }
}
