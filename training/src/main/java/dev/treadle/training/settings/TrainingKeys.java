package dev.treadle.training.settings;

import java.util.List;
import java.util.stream.Stream;

/**
 * The keys of the section {@code training}, named as in transformers and TRL where they know it.
 */
final class TrainingKeys {
  static final List<SettingKey> ALL =
      Stream.of(rows(), extent(), optimizer(), engine(), checkpoints())
          .flatMap(List::stream)
          .toList();

  private TrainingKeys() {}

  private static List<SettingKey> rows() {
    return List.of(
        key(
            "method",
            "lora or full",
            "lora",
            "Whether an adapter is trained, or all weights.",
            "lora"),
        key(
            "objective",
            "chat or text",
            "chat",
            "Whether answers in conversations are learned, or every token of plain text.",
            "text"),
        key(
            "batch_size",
            List.of("per_device_train_batch_size"),
            "number",
            "2",
            "Rows that are computed together.",
            "2"),
        key(
            "gradient_accumulation_steps",
            "number",
            "8",
            "Batches whose gradients make one step; each token of them counts the same.",
            "8"),
        key(
            "max_length",
            List.of("max_seq_length"),
            "number of tokens",
            "2048",
            "The tokens of one row.",
            "1024"),
        key(
            "too_long",
            "cut, skip or fail",
            "cut",
            "What happens to an example that is longer: its beginning is kept, it is left out, or the run does not begin.",
            "skip"),
        key("packing", "true or false", "false", "Whether several examples share a row.", "true"),
        key("max_train_samples", "number", "all", "No more examples are trained on.", "1000"),
        key(
            "max_eval_samples",
            "number",
            "all",
            "No more examples of the validation split are evaluated on.",
            "200"));
  }

  private static List<SettingKey> extent() {
    return List.of(
        key(
            "num_epochs",
            List.of("num_train_epochs"),
            "number",
            "3",
            "How often every example is seen; need not be whole.",
            "3"),
        key(
            "max_steps",
            "number, or -1",
            "-1",
            "The run's steps, whatever the epochs say; -1: as the epochs say.",
            "600"));
  }

  private static List<SettingKey> optimizer() {
    return List.of(
        key(
            "learning_rate",
            "number",
            "2e-4; with method full 2e-5",
            "How far a step goes at most.",
            "1e-3"),
        key(
            "lr_scheduler_type",
            "cosine, linear, constant or constant_with_warmup",
            "cosine",
            "How the learning rate falls after the warm-up; constant has none.",
            "linear"),
        key(
            "min_lr_rate",
            "share",
            "0",
            "The share of the learning rate that is left at the end.",
            "0.1"),
        key(
            "warmup_ratio",
            "share",
            "0.03",
            "For this share of all steps, rounded up, the learning rate rises from zero.",
            "0.05"),
        key(
            "warmup_steps",
            "number, or share",
            "0",
            "The same in steps; if it is above 0, warmup_ratio does not count.",
            "20"),
        key(
            "weight_decay",
            "number",
            "0",
            "What every step takes from the weights, times the learning rate.",
            "0.01"),
        key(
            "max_grad_norm",
            "number",
            "1",
            "Gradients that are longer together are shortened to this; 0: never.",
            "1.0"),
        key("adam_beta1", "share", "0.9", "How slowly AdamW forgets the gradients' mean.", "0.9"),
        key(
            "adam_beta2",
            "share",
            "0.999",
            "How slowly AdamW forgets the gradients' squares.",
            "0.95"),
        key("adam_epsilon", "number", "1e-8", "What keeps AdamW from dividing by zero.", "1e-8"));
  }

  private static List<SettingKey> engine() {
    return List.of(
        key(
            "bf16",
            "true or false",
            "false",
            "Whether is computed in bfloat16 instead of float32; what is trained stays float32.",
            "true"),
        key(
            "load_in_8bit",
            "true or false",
            "false",
            "Whether the base's matrices lie in memory as int8; for adapters only.",
            "true"),
        key(
            "gradient_checkpointing",
            "true or false",
            "true where the run would take over half of the free memory without",
            "Whether a layer is computed again for its gradients: less memory, more time, the same numbers.",
            "false"),
        key(
            "prepack_weights",
            "true or false",
            "true for adapters on a base in float32 of some size, where half of the free memory suffices for it",
            "Whether the base's matrices are laid out for their products once: a tenth faster, twice their memory.",
            "false"),
        key(
            "loss_chunk_size",
            "number of tokens",
            "1024",
            "For so many tokens at once the whole vocabulary is scored.",
            "512"),
        key("seed", "number", "42", "What all that is drawn follows from.", "7"),
        key(
            "threads",
            "number",
            "as many as the machine has",
            "Threads that compute; another number may change the last bits of a result.",
            "2"));
  }

  private static List<SettingKey> checkpoints() {
    return List.of(
        key("eval_strategy", "no, steps or epoch", "steps", "When is evaluated.", "epoch"),
        key("eval_steps", "number of steps", "100", "How often, if by steps.", "50"),
        key("save_strategy", "no, steps or epoch", "steps", "When a checkpoint is kept.", "epoch"),
        key("save_steps", "number of steps", "100", "How often, if by steps.", "50"),
        key(
            "save_total_limit",
            "number",
            "3",
            "So many checkpoints stay, the best one beside them.",
            "2"),
        key(
            "load_best_model_at_end",
            "true or false",
            "false",
            "Whether the result is the checkpoint with the least validation loss, not the last.",
            "true"),
        key(
            "early_stopping_patience",
            "number",
            "0",
            "After so many evaluations without a lower loss the run ends; 0: never.",
            "3"),
        key("logging_steps", "number of steps", "1", "How often a line is logged.", "10"));
  }

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
    return new SettingKey("training", name, synonyms, type, otherwise, meaning, example);
  }
}
