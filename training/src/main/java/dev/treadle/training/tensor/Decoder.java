package dev.treadle.training.tensor;

import dev.treadle.training.model.ModelShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A network that reads a text and goes on with it: what each layer made of the tokens so far is
 * kept, so that a further token costs one token's work. The next text's beginning is not computed
 * again as far as it is the last one's. Not for several threads at once.
 */
public final class Decoder implements AutoCloseable {
  /** How many tokens of a prompt are computed at once: between them, it can be stopped. */
  private static final int CHUNK = 256;

  private final ModelShape shape;
  private final Device device;
  private final Layers layers;
  private final Workers workers;
  private final List<LayerMemory> memories = new ArrayList<>();
  private final Tensor cosines;
  private final Tensor sines;
  private final int[] tokens;
  private int length;
  private int reused;

  /** What the tokens go through. */
  record Layers(Matrix embedding, List<Block> blocks, Head head) {}

  Decoder(
      ModelShape shape,
      Arithmetic arithmetic,
      Device device,
      Layers layers,
      Workers workers,
      int context) {
    this.shape = shape;
    this.device = device;
    this.layers = layers;
    this.workers = workers;
    this.tokens = new int[context];
    for (int i = 0; i < shape.layers(); i++) {
      memories.add(new LayerMemory(shape, i, context, arithmetic, device));
    }
    Tensor[] angles = MicroBatch.angles(shape, context, arithmetic);
    cosines = device.place(angles[0]).unsqueeze(1);
    sines = device.place(angles[1]).unsqueeze(1);
  }

  /** The most tokens of a text. */
  public int context() {
    return tokens.length;
  }

  /** How many tokens are there. */
  public int length() {
    return length;
  }

  /** How many tokens of the last text that was read were there before. */
  public int reused() {
    return reused;
  }

  /**
   * Reads a text from its beginning.
   *
   * @param isStopped asked now and then; if it says so, reading ends early
   * @return the logits after its last token; none if it was stopped
   */
  public float[] read(int[] text, BooleanSupplier isStopped) {
    if (text.length == 0 || text.length > tokens.length) {
      throw new IllegalArgumentException(
          text.length + " tokens, between 1 and " + tokens.length + " can be read");
    }
    int same = Arrays.mismatch(tokens, 0, length, text, 0, text.length);
    // The last token's logits are asked for: it is computed in any case.
    length = Math.min(same < 0 ? text.length : same, text.length - 1);
    reused = length;
    float[] logits = {};
    while (length < text.length && !isStopped.getAsBoolean()) {
      int end = Math.min(length + CHUNK, text.length);
      logits = further(Arrays.copyOfRange(text, length, end), end == text.length);
    }
    return length == text.length ? logits : new float[0];
  }

  /**
   * Goes on with the text.
   *
   * @return the logits after {@code token}
   */
  public float[] next(int token) {
    if (length == tokens.length) {
      throw new IllegalStateException("the context of " + length + " tokens is full");
    }
    return further(new int[] {token}, true);
  }

  private float[] further(int[] more, boolean isAsked) {
    float[] logits =
        workers.alone(
            () -> {
              try (PointerScope _ = new PointerScope()) {
                return compute(more, isAsked);
              }
            });
    System.arraycopy(more, 0, tokens, length, more.length);
    length += more.length;
    return logits;
  }

  private float[] compute(int[] more, boolean isAsked) {
    LayerMemory.Place place =
        new LayerMemory.Place(
            length, cosines.narrow(0, length, more.length), sines.narrow(0, length, more.length));
    Tensor ids = device.place(Tensor.create(Arrays.stream(more).asLongStream().toArray()));
    Tensor hidden = Tensors.keep(layers.embedding().tensor().index_select(0, ids));
    for (int i = 0; i < memories.size(); i++) {
      LayerMemory memory = memories.get(i);
      Tensor next =
          layers
              .blocks()
              .get(i)
              .forward(hidden, (query, key, value) -> memory.mix(query, key, value, place));
      Tensors.free(hidden);
      hidden = next;
    }
    float[] logits = isAsked ? logits(hidden) : new float[0];
    Tensors.free(hidden);
    return logits;
  }

  private float[] logits(Tensor hidden) {
    Tensor last = hidden.narrow(0, hidden.size(0) - 1, 1);
    float[] logits = new float[shape.vocabulary()];
    layers.head().logits(last).to(ScalarType.Float).cpu().contiguous().data_ptr_float().get(logits);
    return logits;
  }

  @Override
  public void close() {
    memories.forEach(LayerMemory::close);
    cosines.close();
    sines.close();
  }
}
