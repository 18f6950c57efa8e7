package dev.treadle.training.tensor;

import dev.treadle.training.model.ModelShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** Causal attention within each sequence, rotary embedding included. */
final class Attention {
  private final int heads;
  private final int keyHeads;
  private final int size;
  private final Optional<Integer> window;

  Attention(ModelShape shape, int layer) {
    heads = shape.heads();
    keyHeads = shape.keyValueHeads();
    size = shape.headSize();
    window = shape.windows().get(layer);
  }

  /**
   * The rows of a span.
   *
   * @param query of tokens × heads × head size; or what goes back to it
   * @param key of tokens × key heads × head size
   * @param cosines of tokens × 1 × half a head
   */
  record Rows(
      MicroBatch.Span span, Tensor query, Tensor key, Tensor value, Tensor cosines, Tensor sines) {
    /** How many query heads share a key head. */
    long group() {
      return query.size(1) / key.size(1);
    }
  }

  /** How a span went forward. */
  sealed interface SpanTrace permits DenseAttention, FusedAttention {
    /** Fills {@code target} with the loss's gradients by what was mixed. */
    void backward(Tensor slope, Tensor output, Rows target);

    void free();
  }

  /** What a forward pass leaves for the way back. */
  static final class Trace {
    private final List<SpanTrace> spans = new ArrayList<>();

    void free() {
      spans.forEach(SpanTrace::free);
      spans.clear();
    }
  }

  /**
   * Mixes the values.
   *
   * @param query of tokens × heads × head size
   * @param key of tokens × key heads × head size
   * @param trace filled if not null
   * @return tokens × all heads
   */
  Tensor forward(Tensor query, Tensor key, Tensor value, MicroBatch batch, @Nullable Trace trace) {
    Tensor output = Tensors.like(query, batch.tokens(), (long) heads * size);
    for (MicroBatch.Span it : batch.spans()) {
      Rows rows = rows(query, key, value, batch, it);
      Tensor part = output.narrow(0, it.start(), it.tokens());
      SpanTrace span =
          window.isEmpty() && DenseAttention.suits(rows)
              ? DenseAttention.forward(rows, part, trace != null)
              : FusedAttention.forward(rows, part, window, trace != null);
      if (trace != null) {
        trace.spans.add(span);
      }
    }
    return output;
  }

  private static Rows rows(
      Tensor query, Tensor key, Tensor value, MicroBatch batch, MicroBatch.Span span) {
    return new Rows(
        span,
        query.narrow(0, span.start(), span.tokens()),
        key.narrow(0, span.start(), span.tokens()),
        value.narrow(0, span.start(), span.tokens()),
        batch.cosines().narrow(0, span.start(), span.tokens()),
        batch.sines().narrow(0, span.start(), span.tokens()));
  }

  /** The loss's gradients by queries, keys and values, each of tokens × heads × head size. */
  record Slopes(Tensor query, Tensor key, Tensor value) {}

  /**
   * The way back.
   *
   * @param output what the way forward gave
   */
  Slopes backward(Tensor slope, Tensor output, MicroBatch batch, Trace trace) {
    Slopes slopes =
        new Slopes(
            Tensors.like(slope, batch.tokens(), heads, size),
            Tensors.like(slope, batch.tokens(), keyHeads, size),
            Tensors.like(slope, batch.tokens(), keyHeads, size));
    for (int i = 0; i < batch.spans().size(); i++) {
      MicroBatch.Span span = batch.spans().get(i);
      trace
          .spans
          .get(i)
          .backward(
              slope.narrow(0, span.start(), span.tokens()),
              output.narrow(0, span.start(), span.tokens()),
              rows(slopes.query(), slopes.key(), slopes.value(), batch, span));
    }
    return slopes;
  }
}
