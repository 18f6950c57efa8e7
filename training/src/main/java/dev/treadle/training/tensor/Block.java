package dev.treadle.training.tensor;

import static org.bytedeco.pytorch.global.torch.mul;
import static org.bytedeco.pytorch.global.torch.silu;
import static org.bytedeco.pytorch.global.torch.silu_backward;

import dev.treadle.training.model.ModelShape;
import java.util.List;
import java.util.Objects;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One layer: attention and feed-forward, each over a norm of what came in and added to it. Forward
 * and backward are written out, so that each number that is kept for the way back is one that the
 * way back needs.
 */
final class Block {
  private final ModelShape shape;
  private final Parts parts;
  private final Attention attention;

  /**
   * What a layer consists of.
   *
   * @param queryNorm of each query head, where the architecture has it
   */
  record Parts(
      Norm inputNorm,
      Projection inputs,
      @Nullable Norm queryNorm,
      @Nullable Norm keyNorm,
      Projection output,
      Norm middleNorm,
      Projection gateAndUp,
      Projection down) {}

  Block(ModelShape shape, int layer, Parts parts) {
    this.shape = shape;
    this.parts = parts;
    attention = new Attention(shape, layer);
  }

  /** What a forward pass leaves for the way back. */
  static final class Trace {
    private final Attention.Trace attention = new Attention.Trace();
    private final Projection.Trace inputs = new Projection.Trace();
    private final Projection.Trace output = new Projection.Trace();
    private final Projection.Trace gateAndUp = new Projection.Trace();
    private final Projection.Trace down = new Projection.Trace();
    private final java.util.ArrayList<Tensor> kept = new java.util.ArrayList<>();

    private Tensor keep(Tensor tensor) {
      kept.add(Tensors.keep(tensor));
      return tensor;
    }

    void free() {
      attention.free();
      inputs.free();
      output.free();
      gateAndUp.free();
      down.free();
      kept.forEach(Tensors::free);
      kept.clear();
    }

    private Tensor at(int index) {
      return kept.get(index);
    }
  }

  /** The places of a trace's tensors. */
  private static final int INPUT = 0;

  private static final int INPUT_FACTORS = 1;
  private static final int ATTENDED = 2;
  private static final int MIDDLE = 3;
  private static final int MIDDLE_FACTORS = 4;
  private static final int GATE = 5;
  private static final int UP = 6;
  private static final int QUERY = 7;
  private static final int QUERY_FACTORS = 8;
  private static final int KEY = 9;
  private static final int KEY_FACTORS = 10;

  /** How the tokens of a layer look at each other. */
  interface Mixing {
    /**
     * Mixes the values.
     *
     * @param query of tokens × heads × head size
     * @param key of tokens × key heads × head size
     * @return tokens × all heads
     */
    Tensor mix(Tensor query, Tensor key, Tensor value);
  }

  /**
   * One layer's way forward.
   *
   * @param trace filled if not null
   * @return kept; the caller frees it
   */
  Tensor forward(Tensor input, MicroBatch batch, Dropout dropout, @Nullable Trace trace) {
    Attention.Trace mixed = trace == null ? null : trace.attention;
    return forward(
        input,
        (query, key, value) -> attention.forward(query, key, value, batch, mixed),
        dropout,
        trace);
  }

  /** Likewise, without a way back. */
  Tensor forward(Tensor input, Mixing mixing) {
    return forward(input, mixing, Dropout.NONE, null);
  }

  private Tensor forward(Tensor input, Mixing mixing, Dropout dropout, @Nullable Trace trace) {
    try (PointerScope _ = new PointerScope()) {
      Tensor factors = parts.inputNorm().factors(input);
      List<Tensor> projected =
          parts
              .inputs()
              .forward(
                  parts.inputNorm().forward(input, factors),
                  null,
                  dropout,
                  trace == null ? null : trace.inputs);
      Tensor query = heads(projected.get(0), shape.heads());
      Tensor key = heads(projected.get(1), shape.keyValueHeads());
      Tensor value = heads(projected.get(2), shape.keyValueHeads());
      Norm queryNorm = parts.queryNorm();
      Norm keyNorm = parts.keyNorm();
      Tensor queryFactors = queryNorm == null ? null : queryNorm.factors(query);
      Tensor keyFactors = keyNorm == null ? null : keyNorm.factors(key);
      Tensor attended =
          mixing.mix(
              normed(queryNorm, query, queryFactors), normed(keyNorm, key, keyFactors), value);
      Tensor middle =
          parts
              .output()
              .forward(attended, input, dropout, trace == null ? null : trace.output)
              .getFirst();
      Tensor middleFactors = parts.middleNorm().factors(middle);
      List<Tensor> gated =
          parts
              .gateAndUp()
              .forward(
                  parts.middleNorm().forward(middle, middleFactors),
                  null,
                  dropout,
                  trace == null ? null : trace.gateAndUp);
      Tensor inner = silu(gated.get(0)).mul_(gated.get(1));
      Tensor result =
          parts
              .down()
              .forward(inner, middle, dropout, trace == null ? null : trace.down)
              .getFirst();
      if (trace != null) {
        trace.keep(input);
        trace.keep(factors);
        trace.keep(attended);
        trace.keep(middle);
        trace.keep(middleFactors);
        gated.forEach(trace::keep);
        if (queryFactors != null && keyFactors != null) {
          List.of(query, queryFactors, key, keyFactors).forEach(trace::keep);
        }
      }
      return Tensors.keep(result);
    }
  }

  private Tensor heads(Tensor rows, int count) {
    return rows.view(rows.size(0), count, shape.headSize());
  }

  private static Tensor normed(@Nullable Norm norm, Tensor heads, @Nullable Tensor factors) {
    return norm == null ? heads : norm.forward(heads, Objects.requireNonNull(factors));
  }

  /**
   * One layer's way back: adds to the gradients of what is trained.
   *
   * @param slope the loss's gradient by the layer's output
   * @param wantsInput whether anything before this layer is trained
   * @return the gradient by the layer's input, kept: the caller frees it; null if not wanted
   */
  @Nullable Tensor backward(
      Tensor slope, MicroBatch batch, Trace trace, Gradients gradients, boolean wantsInput) {
    try (PointerScope _ = new PointerScope()) {
      Tensor middleSlope = slope.clone();
      feedForwardBack(slope, middleSlope, trace, gradients);
      Tensor attendedSlope =
          Objects.requireNonNull(
              parts
                  .output()
                  .backward(
                      trace.at(ATTENDED), List.of(middleSlope), trace.output, gradients, true));
      Attention.Slopes slopes =
          attention.backward(attendedSlope, trace.at(ATTENDED), batch, trace.attention);
      Tensor query = slopes.query();
      Tensor key = slopes.key();
      Norm queryNorm = parts.queryNorm();
      Norm keyNorm = parts.keyNorm();
      if (queryNorm != null && keyNorm != null) {
        query = headBack(queryNorm, query, trace.at(QUERY), trace.at(QUERY_FACTORS), gradients);
        key = headBack(keyNorm, key, trace.at(KEY), trace.at(KEY_FACTORS), gradients);
      }
      Tensor input = trace.at(INPUT);
      Tensor normed = parts.inputNorm().forward(input, trace.at(INPUT_FACTORS));
      Tensor normedSlope =
          parts
              .inputs()
              .backward(
                  normed,
                  List.of(flat(query), flat(key), flat(slopes.value())),
                  trace.inputs,
                  gradients,
                  wantsInput);
      if (normedSlope == null) {
        return null;
      }
      parts
          .inputNorm()
          .backward(normedSlope, input, trace.at(INPUT_FACTORS), middleSlope, gradients);
      return Tensors.keep(middleSlope);
    }
  }

  private void feedForwardBack(Tensor slope, Tensor middleSlope, Trace trace, Gradients gradients) {
    try (PointerScope _ = new PointerScope()) {
      Tensor gate = trace.at(GATE);
      Tensor up = trace.at(UP);
      Tensor opened = silu(gate);
      Tensor innerSlope =
          Objects.requireNonNull(
              parts.down().backward(mul(opened, up), List.of(slope), trace.down, gradients, true));
      Tensor upSlope = opened.mul_(innerSlope);
      Tensor gateSlope = silu_backward(innerSlope.mul_(up), gate);
      Tensor middle = trace.at(MIDDLE);
      Tensor factors = trace.at(MIDDLE_FACTORS);
      Tensor normedSlope =
          Objects.requireNonNull(
              parts
                  .gateAndUp()
                  .backward(
                      parts.middleNorm().forward(middle, factors),
                      List.of(gateSlope, upSlope),
                      trace.gateAndUp,
                      gradients,
                      true));
      parts.middleNorm().backward(normedSlope, middle, factors, middleSlope, gradients);
    }
  }

  private static Tensor headBack(
      Norm norm, Tensor slope, Tensor heads, Tensor factors, Gradients gradients) {
    Tensor sum = Tensors.zerosLike(slope, slope.size(0), slope.size(1), slope.size(2));
    norm.backward(slope, heads, factors, sum, gradients);
    return sum;
  }

  private static Tensor flat(Tensor heads) {
    return heads.view(heads.size(0), heads.size(1) * heads.size(2));
  }
}
