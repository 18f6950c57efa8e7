package dev.treadle.gateway;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * A model API that the gateway calls.
 *
 * @param base its address; absent for a scripted one
 * @param headers that every call of it gets
 * @param apis that it understands
 * @param asksForUsage whether a stream's token counts are asked for where the client did not: an
 *     old server may refuse the field
 * @param prices by model; {@code *} stands for every other
 * @param models that it is known to have, for the list of models
 * @param script what a scripted one answers
 */
public record UpstreamSettings(
    String name,
    Kind kind,
    Optional<URI> base,
    Credentials credentials,
    Map<String, Secret> headers,
    Set<Api> apis,
    boolean asksForUsage,
    Limits limits,
    Map<String, Price> prices,
    List<String> models,
    Optional<JsonNode> script) {

  /** Whose conventions an upstream follows. */
  public enum Kind {
    OPENAI,
    ANTHROPIC,
    /** Answers by a script, for demonstrations and tests. */
    SCRIPTED
  }

  /** Whose credentials an upstream is shown. */
  public sealed interface Credentials {
    /** None. */
    record None() implements Credentials {}

    /** A key of the gateway's own. */
    record Own(Secret key) implements Credentials {}

    /** Those that the client sent. */
    record Clients() implements Credentials {}
  }

  /**
   * What a call may take.
   *
   * @param concurrency calls at once
   * @param firstContent until something comes that a client could see
   * @param stall between two pieces after that
   */
  public record Limits(
      int concurrency, Duration firstContent, Duration stall, long maxAnswerBytes) {
    public static final Limits DEFAULT =
        new Limits(512, Duration.ofSeconds(120), Duration.ofSeconds(60), 64L << 20);
  }

  public UpstreamSettings {
    headers = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    apis = Set.copyOf(apis);
    prices = Map.copyOf(prices);
    models = List.copyOf(models);
    if (base.isEmpty() && kind != Kind.SCRIPTED) {
      throw GatewayError.SETTINGS_INVALID.because("upstream " + name + " has no url");
    }
  }

  /** The same with other credentials and header fields. */
  public UpstreamSettings signedBy(Credentials others, Map<String, Secret> otherHeaders) {
    return new UpstreamSettings(
        name, kind, base, others, otherHeaders, apis, asksForUsage, limits, prices, models, script);
  }

  /** The same with another script. */
  public UpstreamSettings playing(JsonNode other) {
    return new UpstreamSettings(
        name,
        kind,
        base,
        credentials,
        headers,
        apis,
        asksForUsage,
        limits,
        prices,
        models,
        Optional.of(other));
  }

  /** What a model costs here, if that is known. */
  public Optional<Price> price(String model) {
    Price exact = prices.get(model);
    return Optional.ofNullable(exact != null ? exact : prices.get("*"));
  }
}
