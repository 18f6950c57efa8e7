package dev.treadle.training.serving;

import dev.treadle.training.TrainingError;
import dev.treadle.training.adapter.Adapter;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.safetensors.Dtype;
import dev.treadle.training.safetensors.Weights;
import dev.treadle.training.template.ChatTemplate;
import dev.treadle.training.tensor.Adapters;
import dev.treadle.training.tensor.Arithmetic;
import dev.treadle.training.tensor.Decoder;
import dev.treadle.training.tensor.Device;
import dev.treadle.training.tensor.Libtorch;
import dev.treadle.training.tensor.Network;
import dev.treadle.training.tensor.NetworkOptions;
import dev.treadle.training.tensor.Tuned;
import dev.treadle.training.tokens.Tokenizer;
import dev.treadle.transcript.TreadleException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * A model's folder in memory, with an adapter beside it if there is one, as something that answers.
 * One answer at a time: whoever calls sees to that.
 */
public final class LocalModel implements AutoCloseable {
  /** Where nobody says how long texts may be: more costs memory, and few need it. */
  public static final int USUAL_CONTEXT = 8192;

  private final Deque<AutoCloseable> opened;
  private final ModelShape shape;
  private final Tokenizer tokenizer;
  private final Optional<ChatTemplate> template;
  private final Decoder decoder;
  private final Set<Integer> ends;
  private final SamplingDefaults defaults;

  /**
   * What to open.
   *
   * @param context the most tokens of prompt and answer; nothing: the model's own, but no more than
   *     {@link #USUAL_CONTEXT}
   * @param availableBytes of memory; what would need more is refused
   */
  public record Settings(
      Path folder, Optional<Path> adapter, OptionalInt context, int threads, long availableBytes) {}

  private LocalModel(
      Deque<AutoCloseable> opened,
      Path folder,
      ModelShape shape,
      Tokenizer tokenizer,
      Decoder decoder) {
    this.opened = opened;
    this.shape = shape;
    this.tokenizer = tokenizer;
    this.decoder = decoder;
    JsonNode generation = ModelFolder.generation(folder);
    this.ends = ModelFolder.ends(generation, shape, tokenizer);
    this.defaults = ModelFolder.defaults(generation);
    this.template = template(folder);
  }

  /**
   * Loads it.
   *
   * @throws TreadleException in one line: what is missing, not supported, or too large
   */
  public static LocalModel open(Settings settings) {
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    boolean isWhole = false;
    try {
      LocalModel model = open(settings, opened);
      isWhole = true;
      return model;
    } finally {
      if (!isWhole) {
        close(opened);
      }
    }
  }

  private static LocalModel open(Settings settings, Deque<AutoCloseable> opened) {
    Path folder = settings.folder();
    ModelShape shape = ModelShape.read(folder);
    int context = context(settings, shape);
    Tokenizer tokenizer = Tokenizer.open(folder);
    opened.push(tokenizer);
    tokenizer.requireFits(shape.vocabulary());
    Weights weights = Weights.open(folder);
    opened.push(weights);
    Arithmetic arithmetic = arithmetic(weights);
    ServingMemory.of(shape, weights, arithmetic, context).check(settings.availableBytes());
    Optional<Adapter> adapter = settings.adapter().map(Adapter::open);
    adapter.ifPresent(opened::push);
    Libtorch.load();
    Network network =
        Network.open(
            shape,
            weights,
            adapter
                .<Tuned>map(it -> new Tuned.LowRank(it.configuration()))
                .orElseGet(Tuned.Nothing::new),
            new NetworkOptions(arithmetic, false, false, 1, 0, settings.threads(), Device.best()));
    opened.push(network);
    adapter.ifPresent(it -> Adapters.load(it, network.parameters()));
    Decoder decoder = network.decoder(context);
    opened.push(decoder);
    return new LocalModel(opened, folder, shape, tokenizer, decoder);
  }

  private static int context(Settings settings, ModelShape shape) {
    long most = shape.maxPositions();
    int wanted = settings.context().orElse((int) Math.min(most, USUAL_CONTEXT));
    if (wanted < 2 || wanted > most) {
      throw TrainingError.CONTEXT_INVALID.because(
          "a context of " + wanted + " tokens: this model can have 2 to " + most);
    }
    return wanted;
  }

  /** As the weights are written, so that none is kept twice; half floats are computed wide. */
  private static Arithmetic arithmetic(Weights weights) {
    boolean isBrain =
        weights.tensors().values().stream().allMatch(it -> it.shape().dtype() == Dtype.BF16);
    return isBrain ? Arithmetic.BFLOAT16 : Arithmetic.FLOAT32;
  }

  /** A model that was never taught to chat has none. */
  private static Optional<ChatTemplate> template(Path folder) {
    boolean isThere =
        Files.exists(folder.resolve("chat_template.jinja"))
            || Files.exists(folder.resolve("tokenizer_config.json"));
    try {
      return isThere ? Optional.of(ChatTemplate.read(folder)) : Optional.empty();
    } catch (TreadleException e) {
      if (e.code() == TrainingError.FILE_ABSENT) {
        return Optional.empty();
      }
      throw e;
    }
  }

  public ModelShape shape() {
    return shape;
  }

  /** The most tokens of prompt and answer together. */
  public int context() {
    return decoder.context();
  }

  /** How it samples where nobody says otherwise. */
  public SamplingDefaults defaults() {
    return defaults;
  }

  /** How it writes conversations, if it was taught to chat. */
  public Optional<ChatTemplate> template() {
    return template;
  }

  /**
   * The tokens of a prompt.
   *
   * @param isBare whether what stands in front of every text is still to be put there; a chat
   *     template writes it itself
   * @throws TreadleException {@link TrainingError#PROMPT_TOO_LONG} if it leaves no room for an
   *     answer
   */
  public int[] prompt(String text, boolean isBare) {
    int[] before = isBare ? tokenizer.prefix() : new int[0];
    int[] tokens = tokenizer.encode(text);
    int[] prompt = new int[before.length + tokens.length];
    System.arraycopy(before, 0, prompt, 0, before.length);
    System.arraycopy(tokens, 0, prompt, before.length, tokens.length);
    if (prompt.length >= context()) {
      throw TrainingError.PROMPT_TOO_LONG.because(
          "the prompt has "
              + prompt.length
              + " tokens; this server's context is "
              + context()
              + ", with the answer");
    }
    if (prompt.length == 0) {
      throw TrainingError.PROMPT_EMPTY.because("the prompt is empty: there is nothing to go on");
    }
    return prompt;
  }

  /** Writes an answer. What is cached of the last prompt is not computed again. */
  public Generated generate(int[] prompt, Generation generation, Receiver receiver) {
    return new Writing(decoder, tokenizer, ends, shape.vocabulary(), generation, receiver)
        .after(prompt);
  }

  @Override
  public void close() {
    close(opened);
  }

  private static void close(Deque<AutoCloseable> opened) {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException("closing what was opened", e);
      }
    }
  }
}
