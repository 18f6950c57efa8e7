package dev.treadle.training.model;

import dev.treadle.training.JsonFile;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * Reads the rotary embedding from a configuration: {@code rope_theta} and {@code rope_scaling} of
 * old files, {@code rope_parameters} of new ones.
 */
final class RopeReader {
  /** What has no meaning for the value, or is read elsewhere. */
  private static final Set<String> KNOWN =
      Set.of("rope_type", "type", "rope_theta", "factor", "original_max_position_embeddings");

  private final ModelConfiguration configuration;
  private final JsonFile json;

  RopeReader(ModelConfiguration configuration, JsonFile json) {
    this.configuration = configuration;
    this.json = json;
  }

  Rope read(Architecture architecture, long maxPositions) {
    JsonNode settings =
        json.has("rope_parameters") ? json.path("rope_parameters") : json.path("rope_scaling");
    refuseOtherFactors(settings);
    JsonNode base =
        settings.has("rope_theta") ? settings.path("rope_theta") : json.path("rope_theta");
    return new Rope(
        base.isMissingNode() || base.isNull()
            ? architecture.defaultRopeBase()
            : configuration.number(base, "rope_theta"),
        scaling(settings, maxPositions));
  }

  /** A part of a head that is not turned, and bases by layer type, are other models' affair. */
  private void refuseOtherFactors(JsonNode settings) {
    double partial =
        settings
            .path("partial_rotary_factor")
            .asDouble(json.path("partial_rotary_factor").asDouble(1));
    if (partial != 1) {
      throw configuration.unsupported("partial_rotary_factor " + partial);
    }
    for (String it : settings.propertyNames()) {
      if (settings.path(it).isObject()) {
        throw configuration.unsupported("rope parameters of its own for '" + it + "'");
      }
    }
  }

  private Rope.Scaling scaling(JsonNode it, long maxPositions) {
    String type =
        it.isMissingNode() || it.isNull()
            ? "default"
            : it.path("rope_type").asString(it.path("type").asString("default"));
    return switch (type) {
      case "default" -> new Rope.Unscaled();
      case "linear" -> {
        only(it, type, Set.of());
        yield new Rope.Linear(number(it, "factor"));
      }
      case "llama3" -> {
        only(it, type, Set.of("low_freq_factor", "high_freq_factor"));
        yield new Rope.Llama3(
            number(it, "factor"),
            number(it, "low_freq_factor"),
            number(it, "high_freq_factor"),
            (long) number(it, "original_max_position_embeddings"));
      }
      case "yarn" -> yarn(it, maxPositions);
      default ->
          throw configuration.unsupported(
              "the RoPE type '" + type + "' (known: default, linear, llama3, yarn)");
    };
  }

  private Rope.Scaling yarn(JsonNode it, long maxPositions) {
    only(it, "yarn", Set.of("beta_fast", "beta_slow", "attention_factor", "truncate"));
    double factor = number(it, "factor");
    return new Rope.Yarn(
        factor,
        it.has("beta_fast") ? number(it, "beta_fast") : 32,
        it.has("beta_slow") ? number(it, "beta_slow") : 1,
        it.path("truncate").asBoolean(true),
        it.has("attention_factor")
            ? number(it, "attention_factor")
            : factor <= 1 ? 1 : 0.1 * Math.log(factor) + 1,
        it.has("original_max_position_embeddings")
            ? (long) number(it, "original_max_position_embeddings")
            : maxPositions);
  }

  private void only(JsonNode it, String type, Set<String> more) {
    Set<String> unknown = new TreeSet<>(it.propertyNames());
    unknown.removeAll(KNOWN);
    unknown.removeAll(more);
    unknown.remove("partial_rotary_factor");
    if (!unknown.isEmpty()) {
      throw configuration.unsupported(
          "RoPE type '" + type + "' with " + String.join(", ", unknown));
    }
  }

  private double number(JsonNode it, String name) {
    return configuration.number(it.path(name), "rope's " + name);
  }
}
