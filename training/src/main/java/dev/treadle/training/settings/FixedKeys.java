package dev.treadle.training.settings;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Keys of PEFT's and transformers' configurations that are accepted with the one value that says
 * what happens here anyway, and refused with any other: what they ask for is not done in silence.
 */
final class FixedKeys {
  /** What switches a feature off, in every spelling. */
  private static final List<String> OFF = List.of("", "false", "0", "no", "none", "null");

  private static final Map<String, List<String>> LORA =
      Map.ofEntries(
          Map.entry("task_type", List.of("CAUSAL_LM")),
          Map.entry("peft_type", List.of("LORA")),
          Map.entry("inference_mode", OFF),
          Map.entry("init_lora_weights", List.of("true")),
          Map.entry("fan_in_fan_out", OFF),
          Map.entry("modules_to_save", OFF),
          Map.entry("use_dora", OFF),
          Map.entry("use_qalora", OFF),
          Map.entry("lora_bias", OFF),
          Map.entry("target_parameters", OFF),
          Map.entry("trainable_token_indices", OFF),
          Map.entry("layer_replication", OFF));

  private static final Map<String, List<String>> TRAINING =
      Map.ofEntries(
          Map.entry("fp16", OFF),
          Map.entry("load_in_4bit", OFF),
          Map.entry("tf32", OFF),
          Map.entry("torch_compile", OFF),
          Map.entry("optim", List.of("adamw_torch", "adamw_torch_fused")),
          Map.entry("metric_for_best_model", List.of("loss", "eval_loss")),
          Map.entry("greater_is_better", OFF),
          Map.entry("label_smoothing_factor", OFF),
          Map.entry("neftune_noise_alpha", OFF),
          Map.entry("group_by_length", OFF),
          Map.entry("deepspeed", OFF),
          Map.entry("fsdp", OFF),
          Map.entry("report_to", OFF),
          Map.entry("push_to_hub", OFF));

  private FixedKeys() {}

  /** Whether the key is one of them; refuses it with another value. */
  static boolean isOne(String section, String key, JsonNode value) {
    List<String> allowed = (section.equals("lora") ? LORA : TRAINING).get(key);
    if (allowed == null) {
      return false;
    }
    String path = section + "." + key;
    String said =
        value.isContainer() && value.isEmpty()
            ? "none"
            : value.isNull() ? "null" : value.asString("");
    boolean isHarmless =
        allowed.equals(OFF) ? isOff(value, said) : value.isNull() || allowed.contains(said);
    if (isHarmless) {
      return true;
    }
    throw allowed.equals(OFF)
        ? Limits.wrong(path, value, "left out: it is not supported")
        : Limits.wrong(path, value, String.join(" or ", allowed) + ": nothing else is supported");
  }

  private static boolean isOff(JsonNode value, String said) {
    return value.isNumber() ? value.doubleValue() == 0 : !isFull(value) && OFF.contains(said);
  }

  private static boolean isFull(JsonNode value) {
    return value.isContainer() && !value.isEmpty();
  }
}
