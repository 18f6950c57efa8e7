package dev.treadle.transcript;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;

/**
 * One call through the gateway: what was received, decided, attempted and answered. A record of the
 * lake's stream {@code exchanges}; the same id may be kept twice, first with the request alone and
 * then whole, and the last one counts.
 *
 * @param id {@code xc_} and 26 digits of Crockford's base 32: {@link #newId}
 * @param time when the request was received
 * @param protocol {@code chat}, {@code messages}, {@code responses}, {@code embeddings} or {@code
 *     other}
 * @param path of the request, such as {@code /v1/chat/completions}
 * @param subject pseudonym of the API key or user that it came from
 * @param route the name under which the client asked for a model
 * @param request the body as received
 * @param headers the few of the request that matter, such as {@code user-agent}; no credentials
 * @param decision which model was to answer, and why
 * @param attempts calls to upstreams, in order
 * @param answer what the client was sent
 * @param usage token counts as the upstream stated them
 * @param cost of all attempts
 * @param abortReason a machine's word for why it did not end well: {@code client_gone}, {@code
 *     upstream_cut}, {@code stalled}, {@code deadline} …
 * @param extra what no field names
 */
public record Exchange(
    String id,
    Instant time,
    State state,
    String protocol,
    String path,
    Purpose purpose,
    Optional<String> subject,
    Optional<ConversationMark> conversation,
    String route,
    Optional<RawJson> request,
    Map<String, String> headers,
    Optional<DecisionMark> decision,
    List<Attempt> attempts,
    Optional<Answer> answer,
    Optional<TokenUsage> usage,
    Optional<Usd> cost,
    Timings timings,
    Optional<String> abortReason,
    Map<String, JsonNode> extra) {
  static final String PREFIX = "xc_";

  public Exchange {
    SortableId.check(PREFIX, id);
    headers = Json.copy(headers);
    attempts = List.copyOf(attempts);
    extra = Json.copy(extra);
  }

  /** A new id: 48 bits of milliseconds, then 80 random ones, so that ids sort by time. */
  public static String newId(Instant time, RandomGenerator random) {
    return SortableId.of(PREFIX, time, random);
  }

  /** The same with other bodies. */
  public Exchange withBodies(Optional<RawJson> request, Optional<Answer> answer) {
    return new Exchange(
        id,
        time,
        state,
        protocol,
        path,
        purpose,
        subject,
        conversation,
        route,
        request,
        headers,
        decision,
        attempts,
        answer,
        usage,
        cost,
        timings,
        abortReason,
        extra);
  }

  /** The same with other unnamed fields. */
  public Exchange withExtra(Map<String, JsonNode> extra) {
    return new Exchange(
        id,
        time,
        state,
        protocol,
        path,
        purpose,
        subject,
        conversation,
        route,
        request,
        headers,
        decision,
        attempts,
        answer,
        usage,
        cost,
        timings,
        abortReason,
        extra);
  }

  /** How far it came. */
  public enum State {
    /** The request is safe; there is no answer yet. */
    OPEN,
    /** A model's answer was sent, whole. */
    ANSWERED,
    /** An error was answered. */
    FAILED,
    /** The stream ended in an error after its first content. */
    ABORTED,
    /** The client went away. */
    CANCELLED;

    private static final State[] ALL = values();

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The name in records. */
    public String wire() {
      return wire;
    }

    /** The state with that name in records. */
    public static Optional<State> ofWire(String wire) {
      for (State state : ALL) {
        if (state.wire.equals(wire)) {
          return Optional.of(state);
        }
      }
      return Optional.empty();
    }
  }

  /**
   * Where in a conversation it stands.
   *
   * @param by how that was found out: {@code header}, {@code body}, {@code prefix} or {@code new}
   * @param turn 0 for the first
   * @param parent the exchange before
   * @param prefix digest of the messages before those that this turn added
   * @param through digest of all messages, the answer included
   */
  public record ConversationMark(
      String id,
      String by,
      int turn,
      Optional<String> parent,
      Optional<String> prefix,
      Optional<String> through) {}

  /**
   * Which model was to answer.
   *
   * @param policy its name and version
   * @param target the one that was chosen
   * @param propensity the chance with which the policy chose it, 0 to 1
   * @param candidates what it could have chosen
   * @param source what made the choice: {@code route}, {@code classifier}, {@code learned} …
   * @param category the label that a classifier gave
   * @param confidence in the category or the choice
   * @param arm of a canary that decided
   * @param random the number that the choice was drawn with
   */
  public record DecisionMark(
      String policy,
      String target,
      double propensity,
      List<String> candidates,
      String reason,
      Optional<String> source,
      Optional<String> category,
      Optional<Double> confidence,
      Optional<String> arm,
      Optional<Double> random) {
    /** One of which no more is known. */
    public DecisionMark(
        String policy, String target, double propensity, List<String> candidates, String reason) {
      this(
          policy,
          target,
          propensity,
          candidates,
          reason,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }

    public DecisionMark {
      if (!(propensity >= 0 && propensity <= 1)) {
        throw new IllegalArgumentException("a propensity is from 0 to 1: " + propensity);
      }
      candidates = List.copyOf(candidates);
    }
  }

  /**
   * One call to an upstream.
   *
   * @param start since the request was received
   * @param status of its HTTP answer, where there was one
   * @param error a machine's word for what went wrong
   * @param message what the upstream said of it
   */
  public record Attempt(
      String upstream,
      String model,
      Duration start,
      Duration length,
      Optional<Integer> status,
      Optional<String> error,
      Optional<String> message) {}

  /**
   * What the client was sent.
   *
   * @param status of HTTP
   * @param streamed whether as a stream of events
   * @param events how many
   * @param body as sent; that of a stream folded to what the protocol answers without one
   * @param losses what a translation between protocols could not express
   */
  public record Answer(
      int status, boolean streamed, int events, Optional<RawJson> body, List<String> losses) {
    public Answer {
      losses = List.copyOf(losses);
    }
  }

  /**
   * Token counts. {@code input} includes the cached ones, {@code output} the reasoning.
   *
   * @param cachedInput read from a cache
   * @param cacheWrite written to one
   */
  public record TokenUsage(
      long input, long cachedInput, long cacheWrite, long output, long reasoning) {}

  /**
   * How long it took.
   *
   * @param firstContent until the first content was sent
   * @param total until the end of the answer
   * @param added spent in the gateway itself
   */
  public record Timings(Optional<Duration> firstContent, Duration total, Duration added) {}
}
