package dev.treadle.training.adapter;

import dev.treadle.training.JsonFile;
import dev.treadle.training.TrainingError;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.PatternSyntaxException;
import tools.jackson.databind.JsonNode;

/**
 * Reads {@code adapter_config.json}. Fields that would change the weights otherwise are refused.
 */
final class AdapterConfigurationReader {
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_RANK = 65_536;

  /** What changes what the matrices mean, in any value but nothing, false or empty. */
  private static final List<String> REFUSED =
      List.of(
          "use_dora",
          "fan_in_fan_out",
          "lora_bias",
          "use_qalora",
          "use_bdlora",
          "layer_replication",
          "target_parameters",
          "trainable_token_indices",
          "alora_invocation_tokens",
          "megatron_config",
          "arrow_config",
          "kasa_config",
          "velora_config",
          "monteclora_config");

  /** First values that leave the base as it was; the others subtract from it. */
  private static final Set<String> HARMLESS_BEGINNINGS =
      Set.of("true", "false", "gaussian", "eva", "orthogonal");

  private final JsonFile json;

  private AdapterConfigurationReader(JsonFile json) {
    this.json = json;
  }

  static AdapterConfiguration read(Path file) {
    JsonFile json = JsonFile.read(file, MAX_BYTES, TrainingError.ADAPTER_INVALID);
    try {
      return new AdapterConfigurationReader(json).configuration();
    } catch (PatternSyntaxException e) {
      throw TrainingError.ADAPTER_INVALID.because(
          file + " has an expression that is none: " + e.getDescription() + ": " + e.getPattern(),
          e);
    }
  }

  private AdapterConfiguration configuration() {
    refuse();
    return new AdapterConfiguration(
        Optional.ofNullable(json.path("base_model_name_or_path").stringValue(null)),
        rank(json.has("r") ? json.path("r") : Json.read("8"), "r"),
        strength(json.has("lora_alpha") ? json.path("lora_alpha") : Json.read("8"), "lora_alpha"),
        json.path("lora_dropout").asDouble(0),
        json.path("use_rslora").asBoolean(false),
        targets("target_modules").orElseThrow(() -> json.invalid("target_modules is missing")),
        targets("exclude_modules"),
        ranks(),
        alphas(),
        bias(),
        names("modules_to_save"),
        layers(),
        names("layers_pattern"));
  }

  private void refuse() {
    String type = json.path("peft_type").asString("");
    if (!type.equals("LORA")) {
      throw unsupported("peft_type '" + type + "' (known: LORA)");
    }
    for (String it : REFUSED) {
      JsonNode value = json.path(it);
      boolean isOff =
          !json.has(it)
              || (value.isBoolean() && !value.booleanValue())
              || (value.isContainer() && value.isEmpty());
      if (!isOff) {
        throw unsupported(name(it));
      }
    }
    JsonNode begun = json.path("init_lora_weights");
    if (json.has("init_lora_weights") && !HARMLESS_BEGINNINGS.contains(begun.asString(""))) {
      throw unsupported(
          "init_lora_weights '"
              + begun.asString("")
              + "': it changes the base, which is not the folder's any more; convert the adapter with PEFT");
    }
  }

  private String name(String field) {
    return switch (field) {
      case "use_dora" -> "DoRA (use_dora)";
      case "fan_in_fan_out" -> "fan_in_fan_out: these models' linear weights are [out, in]";
      default -> field;
    };
  }

  private Optional<Targets> targets(String name) {
    JsonNode it = json.path(name);
    if (!json.has(name) || (it.isArray() && it.isEmpty())) {
      return Optional.empty();
    }
    if (it.isString()) {
      return Optional.of(
          it.stringValue().equalsIgnoreCase("all-linear")
              ? new Targets.AllLinear()
              : new Targets.Expression(it.stringValue()));
    }
    return Optional.of(new Targets.Names(names(name)));
  }

  private List<String> names(String name) {
    JsonNode it = json.path(name);
    if (!json.has(name)) {
      return List.of();
    }
    if (it.isString()) {
      return List.of(it.stringValue());
    }
    List<String> names = new ArrayList<>();
    for (JsonNode entry : it) {
      if (!entry.isString()) {
        throw json.invalid(name + " is no list of names: " + it);
      }
      names.add(entry.stringValue());
    }
    return names;
  }

  private List<Integer> layers() {
    JsonNode it = json.path("layers_to_transform");
    List<Integer> layers = new ArrayList<>();
    if (it.isNumber()) {
      layers.add(it.asInt());
    }
    for (JsonNode entry : it) {
      layers.add(entry.asInt());
    }
    return layers;
  }

  private Map<String, Integer> ranks() {
    Map<String, Integer> ranks = new LinkedHashMap<>();
    json.path("rank_pattern").forEachEntry((key, it) -> ranks.put(key, rank(it, "rank_pattern")));
    return ranks;
  }

  private Map<String, Double> alphas() {
    Map<String, Double> alphas = new LinkedHashMap<>();
    json.path("alpha_pattern")
        .forEachEntry((key, it) -> alphas.put(key, strength(it, "alpha_pattern")));
    return alphas;
  }

  private AdapterConfiguration.Bias bias() {
    String word = json.path("bias").asString("none");
    for (AdapterConfiguration.Bias it : AdapterConfiguration.Bias.values()) {
      if (it.wire().equals(word)) {
        return it;
      }
    }
    throw unsupported("bias '" + word + "'");
  }

  private int rank(JsonNode it, String name) {
    if (!it.isIntegralNumber() || it.longValue() <= 0 || it.longValue() > MAX_RANK) {
      throw json.invalid(name + " is no rank: " + it);
    }
    return (int) it.longValue();
  }

  private double strength(JsonNode it, String name) {
    if (!it.isNumber() || !Double.isFinite(it.doubleValue())) {
      throw json.invalid(name + " is no number: " + it);
    }
    return it.doubleValue();
  }

  private TreadleException unsupported(String what) {
    return TrainingError.ADAPTER_UNSUPPORTED.because(json.file() + ": not supported: " + what);
  }
}
