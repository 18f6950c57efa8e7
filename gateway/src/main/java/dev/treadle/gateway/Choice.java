package dev.treadle.gateway;

import dev.treadle.routing.Decision;
import dev.treadle.routing.Policy;
import dev.treadle.routing.RoutingRequest;
import dev.treadle.routing.SessionState;
import dev.treadle.routing.Target;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import dev.treadle.transcript.dialect.Dialect;
import dev.treadle.transcript.dialect.ModelRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Has a route's policy choose: makes of a request what the policy wants to know of it. */
final class Choice {
  /** For so long vendors keep a prompt's beginning. */
  private static final Duration CACHE_LIFE = Duration.ofMinutes(5);

  private Choice() {}

  /**
   * Chooses for a call. A policy that fails is a defect, and no reason to refuse the call: then the
   * first target answers.
   */
  static Decision of(RouteSettings route, CallNotes notes, Core core, double random) {
    Policy policy = route.policy();
    if (!readsRequest(policy)) {
      return policy.choose(RoutingRequest.of(""), SessionState.EMPTY, random);
    }
    try {
      Conversations.Known known = core.capture().recognise(notes);
      RoutingRequest request =
          request(notes.api, notes.request(), Optional.of(known.conversation()));
      boolean isCached = known.time().plus(CACHE_LIFE).isAfter(notes.time);
      SessionState session =
          new SessionState(known.last(), request.isInToolLoop(), isCached ? known.tokens() : 0);
      return policy.choose(request, session, random);
    } catch (RuntimeException e) {
      // The boundary to what was learned: it must not take the gateway down.
      core.surroundings()
          .log()
          .say(
              EventLog.Level.ERROR,
              "policy_failed",
              Map.of("route", route.name(), "why", String.valueOf(e)));
      List<Target> targets = policy.targets();
      return new Decision(
          targets,
          Map.of(targets.getFirst(), 1.0),
          Decision.Source.FALLBACK,
          "the policy failed",
          Optional.empty(),
          OptionalDouble.empty(),
          Optional.empty());
    }
  }

  /** Whether a policy decides by what is asked: reading it takes time. */
  static boolean readsRequest(Policy policy) {
    return switch (policy) {
      case Policy.Chain _, Policy.Weighted _ -> false;
      case Policy.Classified _, Policy.Learned _, Policy.Canary _ -> true;
      case Policy.Versioned it -> readsRequest(it.policy());
    };
  }

  /** What a policy is told of a request; of one that cannot be read, nothing. */
  static RoutingRequest request(Api api, byte[] body, Optional<String> conversation) {
    ModelRequest request;
    try {
      if (api == Api.EMBEDDINGS || !(Json.read(body) instanceof ObjectNode json)) {
        return unread(conversation, body.length);
      }
      request = Dialect.decodeRequest(api.protocol(), json);
    } catch (TreadleException e) {
      return unread(conversation, body.length);
    }
    return RoutingRequest.of(request.messages(), request.tools(), conversation);
  }

  private static RoutingRequest unread(Optional<String> conversation, int length) {
    return new RoutingRequest("", Optional.empty(), List.of(), conversation, false, length);
  }

  /** A decision as the log and the preview show it. */
  static ObjectNode shown(Decision decision) {
    ObjectNode shown =
        Json.object()
            .put("target", decision.target().toString())
            .put("source", decision.source().wire())
            .put("reason", decision.reason())
            .put("propensity", decision.propensity());
    decision.category().ifPresent(it -> shown.put("category", it));
    decision.confidence().ifPresent(it -> shown.put("confidence", it));
    decision.arm().ifPresent(it -> shown.put("arm", it.wire()));
    ArrayNode chain = shown.putArray("chain");
    decision.chain().forEach(it -> chain.add(it.toString()));
    ObjectNode propensities = shown.putObject("propensities");
    decision.propensities().forEach((target, it) -> propensities.put(target.toString(), it));
    return shown;
  }
}
