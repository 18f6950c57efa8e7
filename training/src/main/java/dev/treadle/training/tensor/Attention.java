package dev.treadle.training.tensor;

import static org.bytedeco.pytorch.global.torch.scaled_dot_product_attention;

import dev.treadle.training.model.ModelShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** Causal attention within each sequence. The way back through it is libtorch's own. */
final class Attention {
  private final ModelShape shape;
  private final Optional<Integer> window;

  Attention(ModelShape shape, int layer) {
    this.shape = shape;
    window = shape.windows().get(layer);
  }

  /** What a forward pass leaves for the way back, by span. */
  static final class Trace {
    private final List<Tensor> queries = new ArrayList<>();
    private final List<Tensor> keys = new ArrayList<>();
    private final List<Tensor> values = new ArrayList<>();
    private final List<Tensor> outputs = new ArrayList<>();

    void free() {
      for (List<Tensor> it : List.of(queries, keys, values, outputs)) {
        it.forEach(Tensors::free);
        it.clear();
      }
    }
  }

  /**
   * Mixes the values.
   *
   * @param query of tokens × heads × head size, turned
   * @param key of tokens × key heads × head size, turned
   * @param value likewise, not turned
   * @param trace filled if not null
   * @return tokens × all heads
   */
  Tensor forward(Tensor query, Tensor key, Tensor value, MicroBatch batch, @Nullable Trace trace) {
    List<Tensor> outputs = new ArrayList<>();
    for (MicroBatch.Span it : batch.spans()) {
      Tensor q = heads(query, it);
      Tensor k = heads(key, it);
      Tensor v = heads(value, it);
      if (trace == null) {
        outputs.add(flat(attend(q, k, v, it.length()), it));
        continue;
      }
      q = q.detach().requires_grad_(true);
      k = k.detach().requires_grad_(true);
      v = v.detach().requires_grad_(true);
      Tensor output;
      try (AutoGradMode _ = new AutoGradMode(true)) {
        output = attend(q, k, v, it.length());
      }
      trace.queries.add(Tensors.keep(q));
      trace.keys.add(Tensors.keep(k));
      trace.values.add(Tensors.keep(v));
      trace.outputs.add(Tensors.keep(output));
      outputs.add(flat(output.detach(), it));
    }
    if (outputs.size() == 1) {
      return outputs.getFirst();
    }
    Tensor all =
        Tensors.make(query.scalar_type(), batch.tokens(), (long) shape.heads() * shape.headSize());
    for (int i = 0; i < outputs.size(); i++) {
      MicroBatch.Span span = batch.spans().get(i);
      all.narrow(0, span.start(), span.tokens()).copy_(outputs.get(i));
    }
    return all;
  }

  private Tensor attend(Tensor query, Tensor key, Tensor value, int length) {
    boolean isGrouped = shape.heads() != shape.keyValueHeads();
    boolean isBanded = window.isPresent() && window.get() < length;
    return scaled_dot_product_attention(
        query,
        key,
        value,
        isBanded ? new TensorOptional(band(length, window.orElseThrow())) : new TensorOptional(),
        0,
        !isBanded,
        new DoubleOptional(1 / Math.sqrt(shape.headSize())),
        isGrouped);
  }

  /** Who sees whom where layers look back only so far. */
  private static Tensor band(int length, int window) {
    Tensor all = torch.ones(new long[] {length, length}, new TensorOptions(ScalarType.Bool));
    return all.tril(0).triu(1L - window);
  }

  /** Of sequences × heads × length × head size. */
  private static Tensor heads(Tensor all, MicroBatch.Span span) {
    return all.narrow(0, span.start(), span.tokens())
        .view(span.count(), span.length(), all.size(1), all.size(2))
        .transpose(1, 2);
  }

  private Tensor flat(Tensor output, MicroBatch.Span span) {
    return output.transpose(1, 2).reshape(span.tokens(), (long) shape.heads() * shape.headSize());
  }

  /** The loss's gradients by queries, keys and values before they were turned. */
  record Slopes(Tensor query, Tensor key, Tensor value) {}

  Slopes backward(Tensor slope, MicroBatch batch, Trace trace) {
    ScalarType type = slope.scalar_type();
    long tokens = batch.tokens();
    Tensor query = Tensors.make(type, tokens, shape.heads(), shape.headSize());
    Tensor key = Tensors.make(type, tokens, shape.keyValueHeads(), shape.headSize());
    Tensor value = Tensors.make(type, tokens, shape.keyValueHeads(), shape.headSize());
    for (int i = 0; i < batch.spans().size(); i++) {
      MicroBatch.Span span = batch.spans().get(i);
      Tensor part =
          slope
              .narrow(0, span.start(), span.tokens())
              .view(span.count(), span.length(), shape.heads(), shape.headSize())
              .transpose(1, 2);
      trace.outputs.get(i).backward(part, new BoolOptional(), false, new TensorArrayRefOptional());
      Tensor cosines = batch.cosines().narrow(0, span.start(), span.tokens());
      Tensor sines = batch.sines().narrow(0, span.start(), span.tokens());
      Rotary.turnBack(
          rows(trace.queries.get(i).grad(), span),
          query.narrow(0, span.start(), span.tokens()),
          cosines,
          sines);
      Rotary.turnBack(
          rows(trace.keys.get(i).grad(), span),
          key.narrow(0, span.start(), span.tokens()),
          cosines,
          sines);
      value.narrow(0, span.start(), span.tokens()).copy_(rows(trace.values.get(i).grad(), span));
    }
    return new Slopes(query, key, value);
  }

  /** Back to tokens × heads × head size. */
  private static Tensor rows(Tensor heads, MicroBatch.Span span) {
    return heads.transpose(1, 2).reshape(span.tokens(), heads.size(1), heads.size(3));
  }
}
