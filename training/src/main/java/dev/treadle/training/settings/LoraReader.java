package dev.treadle.training.settings;

import dev.treadle.training.adapter.AdapterConfiguration;
import dev.treadle.training.adapter.Targets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.databind.JsonNode;

/** Makes an adapter's configuration of a configuration's section {@code lora}. */
final class LoraReader {
  /** No expression, whatever PEFT takes it for: it would match no module. */
  private static final Pattern PLAIN_NAMES = Pattern.compile("\\w+(\\s*,\\s*\\w+)*");

  private final Section lora;

  LoraReader(Section lora) {
    this.lora = lora;
  }

  Tuning.Lora tuning() {
    AdapterConfiguration usual = Tuning.Lora.DEFAULT.adapter();
    int rank = lora.whole("r", usual.rank());
    return new Tuning.Lora(
        new AdapterConfiguration(
            Optional.empty(),
            rank,
            lora.number("alpha", 2.0 * rank),
            lora.number("dropout", 0),
            lora.truth("use_rslora", false),
            targets("target_modules").orElse(usual.targets()),
            targets("exclude_modules"),
            ranks(),
            alphas(),
            lora.choice(
                "bias",
                AdapterConfiguration.Bias.NONE,
                List.of(AdapterConfiguration.Bias.values())),
            List.of(),
            layers(),
            lora.texts("layers_pattern")));
  }

  private Optional<Targets> targets(String key) {
    Optional<JsonNode> found = lora.at(key).filter(it -> !it.isArray() || !it.isEmpty());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    if (!found.get().isString()) {
      return Optional.of(new Targets.Names(lora.texts(key)));
    }
    String text = found.get().stringValue().strip();
    if (text.equalsIgnoreCase("all-linear")) {
      return Optional.of(new Targets.AllLinear());
    }
    if (PLAIN_NAMES.matcher(text).matches()) {
      return Optional.of(new Targets.Names(List.of(text.split("\\s*,\\s*", -1))));
    }
    try {
      return Optional.of(new Targets.Expression(text));
    } catch (PatternSyntaxException e) {
      throw lora.wrong(key, found.get(), "an expression (" + e.getDescription() + ")");
    }
  }

  private List<Integer> layers() {
    List<Integer> layers = new ArrayList<>();
    lora.entries("layers_to_transform")
        .forEach(it -> layers.add(lora.whole("layers_to_transform", it)));
    return layers;
  }

  private Map<String, Integer> ranks() {
    Map<String, Integer> ranks = new LinkedHashMap<>();
    lora.named("rank_pattern")
        .forEach(
            (name, it) -> ranks.put(pattern("rank_pattern", name), lora.whole("rank_pattern", it)));
    return ranks;
  }

  private Map<String, Double> alphas() {
    Map<String, Double> alphas = new LinkedHashMap<>();
    lora.named("alpha_pattern")
        .forEach(
            (name, it) ->
                alphas.put(pattern("alpha_pattern", name), lora.number("alpha_pattern", it)));
    return alphas;
  }

  private String pattern(String key, String name) {
    try {
      Pattern.compile(name);
      return name;
    } catch (PatternSyntaxException e) {
      throw Limits.wrong("lora." + key, name, "an expression (" + e.getDescription() + ")");
    }
  }
}
