package dev.treadle.training.serving;

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
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** A model's folder in memory, with an adapter beside it if there is one, computed by libtorch. */
final class FolderModel implements LocalModel {
  private final Deque<AutoCloseable> opened;
  private final ModelShape shape;
  private final Tokenizer tokenizer;
  private final Optional<ChatTemplate> template;
  private final Decoder decoder;
  private final Set<Integer> ends;
  private final SamplingDefaults defaults;

  private FolderModel(
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
    this.template =
        ChatTemplate.textIn(folder).isPresent()
            ? Optional.of(ChatTemplate.read(folder))
            : Optional.empty();
    this.ends = ModelFolder.ends(generation, shape, tokenizer, template);
    this.defaults = ModelFolder.defaults(generation);
  }

  static FolderModel open(Settings settings) {
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    boolean isWhole = false;
    try {
      FolderModel model = open(settings, opened);
      isWhole = true;
      return model;
    } finally {
      if (!isWhole) {
        close(opened);
      }
    }
  }

  private static FolderModel open(Settings settings, Deque<AutoCloseable> opened) {
    Path folder = settings.model();
    ModelShape shape = ModelShape.read(folder);
    int context = LocalModel.context(settings, shape.maxPositions());
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
            new NetworkOptions(
                arithmetic, false, false, false, 1, 0, settings.threads(), Device.best()));
    opened.push(network);
    adapter.ifPresent(it -> Adapters.load(it, network.parameters()));
    Decoder decoder = network.decoder(context);
    opened.push(decoder);
    return new FolderModel(opened, folder, shape, tokenizer, decoder);
  }

  /** As the weights are written, so that none is kept twice; half floats are computed wide. */
  private static Arithmetic arithmetic(Weights weights) {
    boolean isBrain =
        weights.tensors().values().stream().allMatch(it -> it.shape().dtype() == Dtype.BF16);
    return isBrain ? Arithmetic.BFLOAT16 : Arithmetic.FLOAT32;
  }

  @Override
  public int context() {
    return decoder.context();
  }

  @Override
  public SamplingDefaults defaults() {
    return defaults;
  }

  @Override
  public Optional<ChatTemplate> template() {
    return template;
  }

  @Override
  public boolean canDo(Generation generation) {
    return true;
  }

  @Override
  public Prompt prompt(String text, boolean isBare) {
    int[] before = isBare ? tokenizer.prefix() : new int[0];
    int[] tokens = tokenizer.encode(text);
    int[] prompt = new int[before.length + tokens.length];
    System.arraycopy(before, 0, prompt, 0, before.length);
    System.arraycopy(tokens, 0, prompt, before.length, tokens.length);
    return LocalModel.checked(new Prompt(text, prompt), context());
  }

  @Override
  public Generated generate(Prompt prompt, Generation generation, Receiver receiver) {
    return new Writing(decoder, tokenizer, ends, shape.vocabulary(), generation, receiver)
        .after(prompt.tokens());
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
