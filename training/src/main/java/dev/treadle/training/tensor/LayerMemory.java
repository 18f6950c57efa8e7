package dev.treadle.training.tensor;

import static org.bytedeco.pytorch.global.torch.bmm;
import static org.bytedeco.pytorch.global.torch.scaled_dot_product_attention;
import static org.bytedeco.pytorch.global.torch.softmax;

import dev.treadle.training.model.ModelShape;
import java.util.Optional;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The keys and values of one layer, of every token of a text that was read so far, and attention of
 * further tokens over them. There is room for a whole context from the start; the system gives the
 * memory when it is written to.
 */
final class LayerMemory implements AutoCloseable {
  private final int heads;
  private final int keyHeads;
  private final int size;
  private final Optional<Integer> window;
  private final ScalarType wide;
  private final Tensor keys;
  private final Tensor values;

  /**
   * Where further tokens stand.
   *
   * @param start how many came before
   * @param cosines of tokens × 1 × half a head
   */
  record Place(int start, Tensor cosines, Tensor sines) {}

  LayerMemory(ModelShape shape, int layer, int context, Arithmetic arithmetic, Device device) {
    heads = shape.heads();
    keyHeads = shape.keyValueHeads();
    size = shape.headSize();
    window = shape.windows().get(layer);
    wide = arithmetic.master().type();
    keys = room(context, arithmetic, device);
    values = room(context, arithmetic, device);
  }

  private Tensor room(int context, Arithmetic arithmetic, Device device) {
    return device.place(
        torch.empty(
            new long[] {keyHeads, context, size},
            new TensorOptions(arithmetic.type()),
            new MemoryFormatOptional()));
  }

  /** Keeps the tokens' keys and values, and mixes all that each of them may see. */
  Tensor mix(Tensor query, Tensor key, Tensor value, Place place) {
    long tokens = query.size(0);
    long end = place.start() + tokens;
    Tensor turned = Tensors.like(query, tokens, heads, size);
    Rotary.turn(query, turned, place.cosines(), place.sines());
    Tensor turnedKey = Tensors.like(key, tokens, keyHeads, size);
    Rotary.turn(key, turnedKey, place.cosines(), place.sines());
    keys.narrow(1, place.start(), tokens).copy_(turnedKey.transpose(0, 1));
    values.narrow(1, place.start(), tokens).copy_(value.transpose(0, 1));
    long from = window.map(it -> Math.max(0L, place.start() + 1L - it)).orElse(0L);
    Tensor seenKeys = keys.narrow(1, from, end - from);
    Tensor seenValues = values.narrow(1, from, end - from);
    return tokens == 1
        ? one(turned, seenKeys, seenValues)
        : several(turned, seenKeys, seenValues, place.start() - from);
  }

  /** The heads that share keys look at them together: these are read once. */
  private Tensor one(Tensor query, Tensor seenKeys, Tensor seenValues) {
    Tensor scores =
        bmm(query.view(keyHeads, heads / keyHeads, size), seenKeys.transpose(1, 2))
            .mul_(Tensors.number(1 / Math.sqrt(size)));
    Tensor weights = Tensors.cast(softmax(Tensors.cast(scores, wide), -1), query.scalar_type());
    return bmm(weights, seenValues).view(1, (long) heads * size);
  }

  /**
   * Attention of several tokens.
   *
   * @param before how many of the seen stand before the first of them
   */
  private Tensor several(Tensor query, Tensor seenKeys, Tensor seenValues, long before) {
    long tokens = query.size(0);
    long seen = seenKeys.size(1);
    boolean isPlain = before == 0 && window.map(it -> it >= seen).orElse(true);
    Tensor mixed =
        scaled_dot_product_attention(
            query.transpose(0, 1).unsqueeze(0),
            seenKeys.unsqueeze(0),
            seenValues.unsqueeze(0),
            isPlain ? new TensorOptional() : new TensorOptional(seenBy(query, tokens, seen)),
            0,
            isPlain,
            new DoubleOptional(1 / Math.sqrt(size)),
            heads > keyHeads);
    return mixed.squeeze(0).transpose(0, 1).reshape(tokens, (long) heads * size);
  }

  /** Who sees whom: none what comes after it, nor what is further back than the window. */
  private Tensor seenBy(Tensor like, long tokens, long seen) {
    Tensor all = torch.ones(new long[] {tokens, seen}, like.options()).to(ScalarType.Bool);
    Tensor past = all.tril(seen - tokens);
    return window.map(it -> past.triu(seen - tokens + 1 - it)).orElse(past);
  }

  @Override
  public void close() {
    keys.close();
    values.close();
  }
}
