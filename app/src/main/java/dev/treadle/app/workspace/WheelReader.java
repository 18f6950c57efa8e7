package dev.treadle.app.workspace;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Reads what {@code treadle.yaml} says of learning routers and promoting them. */
final class WheelReader {
  private static final int MINIMUM_PAIRS = 30;
  private static final Duration TIMEOUT = Duration.ofMillis(200);
  private static final List<String> POLICIES = List.of("configured", "learned", "classifier");
  private static final List<String> SCHEMES = List.of("http", "https", "grpc");
  private static final String ADDRESS =
      "an address such as http://host/classify or grpc://host:50051";

  private final Nodes root;

  WheelReader(Nodes root) {
    this.root = root;
  }

  WheelSettings settings() {
    Optional<URI> classifier = root.text("router.classifier").map(this::address);
    Set<String> classified = routes("classifier");
    if (!classified.isEmpty() && classifier.isEmpty()) {
      throw root.wrong(
          "routes." + classified.iterator().next() + ".policy",
          "router.classifier to name one",
          "classifier without it");
    }
    return new WheelSettings(
        routes("learned"),
        classified,
        classifier,
        root.duration("router.classifier-timeout", TIMEOUT),
        between("router.min-confidence", 0.5, 0, 1),
        categories(),
        between("router.min-score", 0.5, 0, 1),
        between("router.quality-per-usd", 0, 0, 1e9),
        root.truth("router.explore", true),
        between("promotion.held-out", 0.3, 0.01, 0.9),
        root.number("promotion.minimum", MINIMUM_PAIRS),
        between("promotion.level", 0.05, 0.0001, 0.5),
        root.at("promotion.cost-margin").isPresent()
            ? OptionalDouble.of(between("promotion.cost-margin", 0, 0, 1000))
            : OptionalDouble.empty(),
        between("promotion.canary", 0, 0, 1));
  }

  /** The routes with that policy. */
  private Set<String> routes(String wanted) {
    Set<String> found = new LinkedHashSet<>();
    for (String route : root.names("routes")) {
      Nodes node = root.below("routes", route);
      String policy = node.text("policy").orElse("configured");
      if (!POLICIES.contains(policy)) {
        throw node.wrong("policy", String.join(", ", POLICIES), policy);
      }
      if (policy.equals(wanted)) {
        found.add(route);
      }
    }
    return found;
  }

  private URI address(String written) {
    try {
      URI address = URI.create(written);
      String scheme = address.getScheme() == null ? "" : address.getScheme();
      if (address.getHost() != null && SCHEMES.contains(scheme)) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      throw root.wrong("router.classifier", ADDRESS, written);
    }
    throw root.wrong("router.classifier", ADDRESS, written);
  }

  private Map<String, String> categories() {
    Map<String, String> categories = new LinkedHashMap<>();
    for (String model : root.names("router.categories")) {
      JsonNode category = root.at("router.categories").orElseThrow().path(model);
      if (!category.isString() || category.stringValue().isBlank()) {
        throw root.wrong("router.categories." + model, "a category's name", category);
      }
      categories.put(model, category.stringValue());
    }
    return categories;
  }

  private double between(String path, double otherwise, double least, double most) {
    return root.at(path)
        .map(
            it -> {
              if (!it.isNumber() || !(it.doubleValue() >= least && it.doubleValue() <= most)) {
                throw root.wrong(path, "a number from " + least + " to " + most, it);
              }
              return it.doubleValue();
            })
        .orElse(otherwise);
  }
}
