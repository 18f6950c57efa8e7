package dev.treadle.training.tensor;

import static org.bytedeco.pytorch.global.torch.scaled_dot_product_attention;

import java.util.Optional;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Attention as libtorch computes it, way back included: memory grows with the length of a sequence,
 * not with its square.
 *
 * @param query of sequences × heads × length × head size, turned
 */
record FusedAttention(Tensor query, Tensor key, Tensor value, Tensor output)
    implements Attention.SpanTrace {
  static FusedAttention forward(
      Attention.Rows rows, Tensor target, Optional<Integer> window, boolean isTraced) {
    Tensor query = turned(rows, rows.query());
    Tensor key = turned(rows, rows.key());
    Tensor value = heads(rows.value(), rows.span());
    if (isTraced) {
      query = query.detach().requires_grad_(true);
      key = key.detach().requires_grad_(true);
      value = value.detach().requires_grad_(true);
    }
    Tensor output;
    try (AutoGradMode _ = new AutoGradMode(isTraced)) {
      output = attend(query, key, value, rows, window);
    }
    target
        .view(rows.span().count(), rows.span().length(), rows.query().size(1), query.size(3))
        .copy_(output.detach().transpose(1, 2));
    if (isTraced) {
      Tensors.keep(query);
      Tensors.keep(key);
      Tensors.keep(value);
      Tensors.keep(output);
    }
    return new FusedAttention(query, key, value, output);
  }

  private static Tensor attend(
      Tensor query, Tensor key, Tensor value, Attention.Rows rows, Optional<Integer> window) {
    int length = rows.span().length();
    boolean isBanded = window.isPresent() && window.get() < length;
    return scaled_dot_product_attention(
        query,
        key,
        value,
        isBanded
            ? new TensorOptional(band(query, length, window.orElseThrow()))
            : new TensorOptional(),
        0,
        !isBanded,
        new DoubleOptional(1 / Math.sqrt((double) query.size(3))),
        rows.group() > 1);
  }

  /** Who sees whom where layers look back only so far. */
  private static Tensor band(Tensor like, int length, int window) {
    Tensor all = torch.ones(new long[] {length, length}, like.options()).to(ScalarType.Bool);
    return all.tril(0).triu(1L - window);
  }

  private static Tensor turned(Attention.Rows rows, Tensor heads) {
    Tensor turned = Tensors.like(heads, heads.size(0), heads.size(1), heads.size(2));
    Rotary.turn(heads, turned, rows.cosines(), rows.sines());
    return heads(turned, rows.span());
  }

  private static Tensor heads(Tensor all, MicroBatch.Span span) {
    return all.view(span.count(), span.length(), all.size(1), all.size(2)).transpose(1, 2);
  }

  @Override
  public void backward(Tensor slope, Tensor mixed, Attention.Rows target) {
    output.backward(
        heads(slope.view(slope.size(0), query.size(1), query.size(3)), target.span()),
        new BoolOptional(),
        false,
        new TensorArrayRefOptional());
    Rotary.turnBack(
        tokens(query.grad(), target.span()), target.query(), target.cosines(), target.sines());
    Rotary.turnBack(
        tokens(key.grad(), target.span()), target.key(), target.cosines(), target.sines());
    target.value().copy_(tokens(value.grad(), target.span()));
  }

  private static Tensor tokens(Tensor heads, MicroBatch.Span span) {
    return heads.transpose(1, 2).reshape(span.tokens(), heads.size(1), heads.size(3));
  }

  @Override
  public void free() {
    Tensors.free(query);
    Tensors.free(key);
    Tensors.free(value);
    Tensors.free(output);
  }
}
