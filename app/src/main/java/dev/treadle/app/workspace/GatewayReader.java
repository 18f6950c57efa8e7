package dev.treadle.app.workspace;

import dev.treadle.gateway.Api;
import dev.treadle.gateway.GatewaySettings;
import dev.treadle.gateway.Price;
import dev.treadle.gateway.RouteSettings;
import dev.treadle.gateway.Secret;
import dev.treadle.gateway.UpstreamSettings;
import dev.treadle.routing.Policy;
import dev.treadle.routing.Target;
import dev.treadle.store.Durability;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Reads what {@code treadle.yaml} says of the gateway. Without upstreams and routes the gateway
 * goes to OpenAI and Anthropic with the clients' own credentials: a client whose base address is
 * changed works as before, and its exchanges are kept.
 */
final class GatewayReader {
  private static final Map<String, String> KNOWN =
      Map.of("openai", "https://api.openai.com", "anthropic", "https://api.anthropic.com");

  private final Nodes root;

  GatewayReader(Nodes root) {
    this.root = root;
  }

  GatewaySettings settings() {
    String listen = root.text("serve.listen").orElse("127.0.0.1:" + GatewaySettings.PORT);
    int colon = listen.lastIndexOf(':');
    Optional<Integer> port = colon < 1 ? Optional.empty() : port(listen.substring(colon + 1));
    if (port.isEmpty()) {
      throw root.wrong("serve.listen", "an address and a port, as 127.0.0.1:8484", listen);
    }
    String host = listen.substring(0, colon).replaceAll("^\\[|\\]$", "");
    List<UpstreamSettings> upstreams = new ArrayList<>();
    List<RouteSettings> routes = new ArrayList<>();
    for (String name : root.names("upstreams")) {
      upstreams.add(upstream(name, root.below("upstreams", name)));
    }
    for (String name : root.names("routes")) {
      routes.add(route(name, root.below("routes", name)));
    }
    if (upstreams.isEmpty()) {
      KNOWN.keySet().stream()
          .sorted()
          .forEach(it -> upstreams.add(upstream(it, root.below("upstreams", it))));
    }
    if (routes.isEmpty()) {
      routes.addAll(usual(upstreams));
    }
    GatewaySettings settings =
        GatewaySettings.of(
            new GatewaySettings.Listener(
                host,
                port.get(),
                Set.copyOf(root.texts("serve.hosts")),
                Set.copyOf(root.texts("serve.origins")),
                Math.toIntExact(root.bytes("serve.max-request", GatewaySettings.MAX_REQUEST_BYTES)),
                root.duration("serve.drain", Duration.ofSeconds(30)),
                root.truth("serve.log-requests", false)),
            upstreams,
            routes);
    return settings.withCacheBytes(root.bytes("serve.cache-memory", GatewaySettings.CACHE_BYTES));
  }

  private static Optional<Integer> port(String digits) {
    return digits.matches("\\d{1,5}") && Integer.parseInt(digits) < 65_536
        ? Optional.of(Integer.parseInt(digits))
        : Optional.empty();
  }

  /** Claude's models to whoever is Anthropic, everything else to the first upstream. */
  private List<RouteSettings> usual(List<UpstreamSettings> upstreams) {
    List<RouteSettings> routes = new ArrayList<>();
    Optional<UpstreamSettings> anthropic =
        upstreams.stream().filter(it -> it.kind() == UpstreamSettings.Kind.ANTHROPIC).findFirst();
    UpstreamSettings other =
        upstreams.stream()
            .filter(it -> it.kind() != UpstreamSettings.Kind.ANTHROPIC)
            .findFirst()
            .orElse(upstreams.getFirst());
    anthropic.ifPresent(it -> routes.add(usual("claude", List.of("claude*"), it)));
    routes.add(usual("default", List.of(), other));
    return routes;
  }

  private static RouteSettings usual(String name, List<String> models, UpstreamSettings upstream) {
    return new RouteSettings(
        name,
        models,
        new Policy.Chain(List.of(new Target(upstream.name(), Optional.empty()))),
        true,
        Durability.GROUP_COMMIT,
        RouteSettings.OnCaptureFailure.ANSWER,
        RouteSettings.DEADLINE,
        RouteSettings.ATTEMPTS);
  }

  private UpstreamSettings upstream(String name, Nodes node) {
    String kind = node.text("kind").orElse(KNOWN.containsKey(name) ? name : "openai");
    UpstreamSettings.Kind known = node.choice("kind", UpstreamSettings.Kind.class, kind);
    Optional<URI> url =
        node.text("url")
            .or(() -> Optional.ofNullable(KNOWN.get(kind)))
            .map(it -> address(node, it));
    UpstreamSettings.Limits usual = UpstreamSettings.Limits.DEFAULT;
    return new UpstreamSettings(
        name,
        known,
        known == UpstreamSettings.Kind.SCRIPTED ? Optional.empty() : url,
        credentials(node, known),
        headers(node),
        apis(node, known),
        node.truth("stream-usage", true),
        new UpstreamSettings.Limits(
            node.number("concurrency", usual.concurrency()),
            node.duration("first-content", usual.firstContent()),
            node.duration("stall", usual.stall()),
            node.bytes("max-answer", usual.maxAnswerBytes())),
        prices(node),
        node.texts("models"),
        node.at("script"));
  }

  private static URI address(Nodes node, String written) {
    try {
      return URI.create(written);
    } catch (IllegalArgumentException e) {
      throw node.wrong("url", "an address such as http://127.0.0.1:11434", written);
    }
  }

  private static UpstreamSettings.Credentials credentials(Nodes node, UpstreamSettings.Kind kind) {
    String key =
        node.text("key").orElse(kind == UpstreamSettings.Kind.SCRIPTED ? "none" : "client");
    return switch (key) {
      case "client" -> new UpstreamSettings.Credentials.Clients();
      case "none" -> new UpstreamSettings.Credentials.None();
      default -> new UpstreamSettings.Credentials.Own(new Secret(key));
    };
  }

  private static Map<String, Secret> headers(Nodes node) {
    Map<String, Secret> headers = new LinkedHashMap<>();
    for (String name : node.names("headers")) {
      node.at("headers")
          .map(it -> it.path(name))
          .filter(JsonNode::isString)
          .ifPresentOrElse(
              it -> headers.put(name, new Secret(it.stringValue())),
              () -> {
                throw node.wrong("headers." + name, "a text", "something else");
              });
    }
    return headers;
  }

  private static Set<Api> apis(Nodes node, UpstreamSettings.Kind kind) {
    List<String> given = node.texts("apis");
    if (given.isEmpty()) {
      return switch (kind) {
        case OPENAI -> EnumSet.of(Api.CHAT, Api.RESPONSES, Api.EMBEDDINGS);
        case ANTHROPIC -> EnumSet.of(Api.MESSAGES);
        case SCRIPTED -> EnumSet.allOf(Api.class);
      };
    }
    Set<Api> apis = EnumSet.noneOf(Api.class);
    given.forEach(it -> apis.add(node.choice("apis", Api.class, it)));
    return apis;
  }

  private static Map<String, Price> prices(Nodes node) {
    Map<String, Price> prices = new LinkedHashMap<>();
    for (String model : node.names("prices")) {
      JsonNode price = node.at("prices").orElseThrow().path(model);
      for (String name : price.propertyNames()) {
        if (!Set.of("input", "cached-input", "cache-write", "output").contains(name)) {
          throw node.wrong("prices." + model, "input, cached-input, cache-write and output", name);
        }
      }
      BigDecimal input = amount(node, model, price, "input", BigDecimal.ZERO);
      prices.put(
          model,
          new Price(
              input,
              amount(node, model, price, "cached-input", input),
              amount(node, model, price, "cache-write", input),
              amount(node, model, price, "output", BigDecimal.ZERO)));
    }
    return prices;
  }

  private static BigDecimal amount(
      Nodes node, String model, JsonNode price, String name, BigDecimal otherwise) {
    JsonNode value = price.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isNumber() || value.decimalValue().signum() < 0) {
      throw node.wrong("prices." + model + "." + name, "an amount in US dollars", value);
    }
    return value.decimalValue();
  }

  private RouteSettings route(String name, Nodes node) {
    int attempts = node.number("attempts", RouteSettings.ATTEMPTS);
    RouteSettings route =
        new RouteSettings(
            name,
            node.texts("models"),
            policy(name, node),
            node.truth("capture", true),
            node.choice(
                "durability", Durability.class, node.text("durability").orElse("group-commit")),
            node.choice(
                "on-capture-failure",
                RouteSettings.OnCaptureFailure.class,
                node.text("on-capture-failure").orElse("answer")),
            node.duration("deadline", RouteSettings.DEADLINE),
            attempts);
    return route.caching(
        node.at("cache")
            .filter(it -> !it.asString("").equals("none"))
            .map(_ -> node.duration("cache", Duration.ZERO)));
  }

  private static Policy policy(String name, Nodes node) {
    Optional<JsonNode> to = node.at("to");
    List<Target> fallback =
        node.texts("fallback").stream().map(it -> target(node, "fallback", it)).toList();
    if (to.isPresent() && to.get().isObject()) {
      Map<Target, Double> weights = new LinkedHashMap<>();
      to.get()
          .forEachEntry(
              (target, weight) -> {
                if (!weight.isNumber() || !(weight.doubleValue() > 0)) {
                  throw node.wrong("to." + target, "a weight above 0", weight);
                }
                weights.put(target(node, "to", target), weight.doubleValue());
              });
      if (weights.isEmpty()) {
        throw node.wrong("to", "a target at least", to.get());
      }
      try {
        return new Policy.Weighted(weights, fallback);
      } catch (IllegalArgumentException e) {
        throw node.wrong("to", "weights that can be added up", to.get());
      }
    }
    List<Target> chain = new ArrayList<>();
    for (String target : to.isEmpty() ? List.of(name) : node.texts("to")) {
      chain.add(target(node, "to", target));
    }
    chain.addAll(fallback);
    if (chain.isEmpty()) {
      throw node.wrong("to", "a target at least", to.orElseThrow());
    }
    return new Policy.Chain(chain);
  }

  private static Target target(Nodes node, String key, String written) {
    try {
      return Target.parse(written);
    } catch (IllegalArgumentException e) {
      throw node.wrong(key, "an upstream, or an upstream and a model as local/small", written);
    }
  }

  static String wire(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
