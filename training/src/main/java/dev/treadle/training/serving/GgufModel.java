package dev.treadle.training.serving;

import dev.treadle.training.TrainingError;
import dev.treadle.training.gguf.GgufFile;
import dev.treadle.training.gguf.GgufValue;
import dev.treadle.training.llama.GenerationLimits;
import dev.treadle.training.llama.LlamaAnswer;
import dev.treadle.training.llama.LlamaCpp;
import dev.treadle.training.llama.LlamaSettings;
import dev.treadle.training.template.ChatTemplate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A GGUF file in memory, computed by llama.cpp. It tells no likelihoods, and knows no top_k. */
final class GgufModel implements LocalModel {
  private static final String KEYS = "tokenizer.ggml.";

  private final LlamaCpp llama;
  private final int context;
  private final Optional<ChatTemplate> template;

  private GgufModel(LlamaCpp llama, int context, Optional<ChatTemplate> template) {
    this.llama = llama;
    this.context = context;
    this.template = template;
  }

  static GgufModel open(Settings settings) {
    if (settings.adapter().isPresent()) {
      throw TrainingError.ADAPTER_UNSUPPORTED.because(
          "an adapter is applied beside a model's folder only, not beside "
              + settings.model()
              + ": merge it (treadle merge) before the file is made");
    }
    int context;
    Optional<ChatTemplate> template;
    try (GgufFile file = GgufFile.open(settings.model())) {
      context = LocalModel.context(settings, file.contextLength().orElse(USUAL_CONTEXT));
      template = file.chatTemplate().map(it -> ChatTemplate.parse(it, marks(file)));
    }
    OptionalLong free =
        settings.availableBytes() == Long.MAX_VALUE
            ? OptionalLong.empty()
            : OptionalLong.of(settings.availableBytes());
    LlamaCpp llama =
        LlamaCpp.open(
            settings.model(), new LlamaSettings(context, settings.threads(), false, free));
    return new GgufModel(llama, context, template);
  }

  /** The tokens that templates call by name. */
  private static Map<String, String> marks(GgufFile file) {
    Map<String, String> marks = new LinkedHashMap<>();
    List<GgufValue> texts =
        file.keys().get(KEYS + "tokens") instanceof GgufValue.Items it ? it.values() : List.of();
    Map<String, String> names =
        Map.of(
            "bos_token",
            "bos_token_id",
            "eos_token",
            "eos_token_id",
            "pad_token",
            "padding_token_id");
    names.forEach(
        (name, key) -> {
          if (file.keys().get(KEYS + key) instanceof GgufValue.Whole id
              && id.value() >= 0
              && id.value() < texts.size()
              && texts.get((int) id.value()) instanceof GgufValue.Text text) {
            marks.put(name, text.value());
          }
        });
    return marks;
  }

  @Override
  public int context() {
    return context;
  }

  @Override
  public SamplingDefaults defaults() {
    return new SamplingDefaults(1, 1, 0);
  }

  @Override
  public Optional<ChatTemplate> template() {
    return template;
  }

  @Override
  public boolean canDo(Generation generation) {
    return generation.chances().isEmpty() && generation.sampling().topK() == 0;
  }

  @Override
  public Prompt prompt(String text, boolean isBare) {
    return LocalModel.checked(new Prompt(text, llama.tokens(text)), context);
  }

  @Override
  public Generated generate(Prompt prompt, Generation generation, Receiver receiver) {
    Sampling sampling = generation.sampling();
    LlamaAnswer answer =
        llama.generate(
            prompt.text(),
            new GenerationLimits(
                generation.maxTokens(),
                sampling.temperature(),
                sampling.topP(),
                sampling.seed(),
                generation.stops()),
            piece -> {
              receiver.more(piece, List.of());
              return !receiver.isDone();
            });
    Generated.Finish finish =
        switch (answer.end()) {
          case STOP -> Generated.Finish.STOP;
          case LENGTH -> Generated.Finish.LENGTH;
          case CANCELLED -> Generated.Finish.DONE;
        };
    return new Generated(finish, answer.promptTokens(), 0, answer.tokens());
  }

  @Override
  public void close() {
    llama.close();
  }
}
