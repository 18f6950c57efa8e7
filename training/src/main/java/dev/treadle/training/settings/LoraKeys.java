package dev.treadle.training.settings;

import java.util.List;

/** The keys of the section {@code lora}, named as in PEFT. */
final class LoraKeys {
  static final List<SettingKey> ALL =
      List.of(
          key("r", "number", "16", "The rank of the two matrices.", "64"),
          key(
              "alpha",
              List.of("lora_alpha"),
              "number",
              "twice the rank",
              "The strength: what was learned counts alpha/r.",
              "128"),
          key(
              "dropout",
              List.of("lora_dropout"),
              "share",
              "0",
              "The share of a module's inputs that the adapter does not see in a step.",
              "0.05"),
          key(
              "target_modules",
              "list of names, expression, or all-linear",
              "all-linear",
              "The modules that are aimed at: names or ends of names, an expression that a whole name must match, or every linear module but the output head.",
              "[q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj]"),
          key(
              "exclude_modules",
              "list of names, or expression",
              "none",
              "Modules that are not aimed at all the same.",
              "[k_proj]"),
          key(
              "layers_to_transform",
              "number, or list of numbers",
              "all",
              "The only layers that are aimed at, counted from 0.",
              "[0, 1]"),
          key(
              "layers_pattern",
              "list of names",
              "any",
              "The list of modules that layers are counted in.",
              "[layers]"),
          key("bias", "none, all or lora_only", "none", "Which biases are trained along.", "none"),
          key(
              "use_rslora",
              "true or false",
              "false",
              "Whether what was learned counts alpha/√r, which suits high ranks.",
              "true"),
          key(
              "rank_pattern",
              "names and numbers",
              "{}",
              "Other ranks for modules whose name ends so.",
              "{down_proj: 8}"),
          key(
              "alpha_pattern",
              "names and numbers",
              "{}",
              "Other strengths for modules whose name ends so.",
              "{down_proj: 16}"));

  private LoraKeys() {}

  private static SettingKey key(
      String name, String type, String otherwise, String meaning, String example) {
    return key(name, List.of(), type, otherwise, meaning, example);
  }

  private static SettingKey key(
      String name,
      List<String> synonyms,
      String type,
      String otherwise,
      String meaning,
      String example) {
    return new SettingKey("lora", name, synonyms, type, otherwise, meaning, example);
  }
}
