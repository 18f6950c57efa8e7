package dev.treadle.curation;

import dev.treadle.transcript.Example;
import java.util.Optional;

/** A trainer's format: a pure function from our record to its rows. */
public enum TrainerFormat {
  /** Chat messages as OpenAI and most hosts take them: {@code {messages, tools}}. */
  OPENAI_MESSAGES("openai"),
  /** LLaMA-Factory, sharegpt formatting: {@code {conversations, system, tools}}. */
  LLAMA_FACTORY("llama-factory"),
  /** TRL's SFTTrainer: {@code {messages, tools}} with arguments as objects. */
  TRL("trl"),
  /** Axolotl, type chat_template: {@code {messages, tools}} with a {@code train} flag a turn. */
  AXOLOTL("axolotl"),
  /** ms-swift: {@code {messages, tools}} with roles tool_call and tool_response. */
  MS_SWIFT("ms-swift"),
  /** Preference pairs as TRL's DPOTrainer takes them: {@code {prompt, chosen, rejected, tools}}. */
  DPO("dpo"),
  /** Route training: {@code {text, label}}. */
  ROUTE("route");

  private final String wire;

  TrainerFormat(String wire) {
    this.wire = wire;
  }

  /** The name on the command line and in files. */
  public String wire() {
    return wire;
  }

  /** The format of that name, if there is one. */
  public static Optional<TrainerFormat> ofWire(String wire) {
    for (TrainerFormat format : values()) {
      if (format.wire.equals(wire)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /** The rows of {@code example}: the same for the same arguments, and the example stays as is. */
  public Rendition render(Example example, RenderOptions options) {
    return switch (this) {
      case OPENAI_MESSAGES ->
          Supervised.render(example, options, Supervised.Shape.FREE, OpenAiRows::row);
      case LLAMA_FACTORY ->
          Supervised.render(
              example, options, Supervised.Shape.STRICT_WITHOUT_FLAG, LlamaFactoryRows::row);
      case TRL ->
          Supervised.render(example, options, Supervised.Shape.STRICT_WITHOUT_FLAG, TrlRows::row);
      case AXOLOTL ->
          Supervised.render(example, options, Supervised.Shape.STRICT, AxolotlRows::row);
      case MS_SWIFT ->
          Supervised.render(example, options, Supervised.Shape.STRICT, MsSwiftRows::row);
      case DPO -> PreferencePairs.render(example, options);
      case ROUTE -> RouteRows.render(example, options);
    };
  }
}
