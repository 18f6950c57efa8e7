package dev.treadle.app.workspace;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Reads what {@code treadle.yaml} says of learning routers and promoting them. */
final class WheelReader {
  private static final int MINIMUM_PAIRS = 30;

  private final Nodes root;

  WheelReader(Nodes root) {
    this.root = root;
  }

  WheelSettings settings() {
    return new WheelSettings(
        learnedRoutes(),
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

  private Set<String> learnedRoutes() {
    Set<String> learned = new LinkedHashSet<>();
    for (String route : root.names("routes")) {
      Nodes node = root.below("routes", route);
      String policy = node.text("policy").orElse("configured");
      switch (policy) {
        case "configured" -> {}
        case "learned" -> learned.add(route);
        default -> throw node.wrong("policy", "configured or learned", policy);
      }
    }
    return learned;
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
