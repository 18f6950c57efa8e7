package dev.treadle.training.serving;

import dev.treadle.training.TrainingError;
import dev.treadle.training.template.ChatTemplate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A model in memory that answers, one answer at a time: whoever calls sees to that. A folder of
 * safetensors is computed by our own engine, a GGUF file by llama.cpp.
 */
public sealed interface LocalModel extends AutoCloseable permits FolderModel, GgufModel {
  /** Where nobody says how long texts may be: more costs memory, and few need it. */
  int USUAL_CONTEXT = 8192;

  /**
   * What to open.
   *
   * @param model a folder, or a GGUF file
   * @param adapter a LoRA adapter's folder, for a folder only
   * @param context the most tokens of prompt and answer; nothing: the model's own, but no more than
   *     {@link #USUAL_CONTEXT}
   * @param availableBytes of memory; what would need more is refused
   */
  record Settings(
      Path model, Optional<Path> adapter, OptionalInt context, int threads, long availableBytes) {}

  /**
   * A prompt that leaves room for an answer.
   *
   * @param tokens nobody changes them
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Prompt(String text, int[] tokens) {}

  /**
   * Loads it.
   *
   * @throws dev.treadle.transcript.TreadleException in one line: what is missing, not supported, or
   *     too large
   */
  static LocalModel open(Settings settings) {
    return Files.isDirectory(settings.model())
        ? FolderModel.open(settings)
        : GgufModel.open(settings);
  }

  /** The most tokens of prompt and answer together. */
  int context();

  /** How it samples where nobody says otherwise. */
  SamplingDefaults defaults();

  /** How it writes conversations, if it was taught to chat. */
  Optional<ChatTemplate> template();

  /** Whether it can sample, and tell of likelihoods, as is wanted. */
  boolean canDo(Generation generation);

  /**
   * The tokens of a prompt.
   *
   * @param isBare whether what stands in front of every text is still to be put there; a chat
   *     template writes it itself
   * @throws dev.treadle.transcript.TreadleException {@link TrainingError#PROMPT_TOO_LONG} if it
   *     leaves no room for an answer, {@link TrainingError#PROMPT_EMPTY}
   */
  Prompt prompt(String text, boolean isBare);

  /** Writes an answer. What is known of the last prompt is not computed again. */
  Generated generate(Prompt prompt, Generation generation, Receiver receiver);

  @Override
  void close();

  /** What is wanted, or what is usual, of what a model has. */
  static int context(Settings settings, long most) {
    int wanted = settings.context().orElse((int) Math.min(most, USUAL_CONTEXT));
    if (wanted < 2 || wanted > most) {
      throw TrainingError.CONTEXT_INVALID.because(
          "a context of " + wanted + " tokens: this model can have 2 to " + most);
    }
    return wanted;
  }

  /** The prompt, if there is something in it and room after it. */
  static Prompt checked(Prompt prompt, int context) {
    if (prompt.tokens().length == 0) {
      throw TrainingError.PROMPT_EMPTY.because("the prompt is empty: there is nothing to go on");
    }
    if (prompt.tokens().length >= context) {
      throw TrainingError.PROMPT_TOO_LONG.because(
          "the prompt has "
              + prompt.tokens().length
              + " tokens; this server's context is "
              + context
              + ", with the answer");
    }
    return prompt;
  }
}
