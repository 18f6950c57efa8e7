package dev.treadle.training.tensor;

import static org.bytedeco.pytorch.global.torch.log_softmax_out;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * The end of the model: norm, output head and cross-entropy. Only rows that foretell a token are
 * computed, some at a time, and forward and backward in one go: the logits of all tokens are never
 * there at once.
 */
final class Head {
  private final Norm norm;
  private final Matrix weight;
  private final String weightName;
  private final ScalarType wide;
  private final int chunk;

  Head(Norm norm, Matrix weight, String weightName, ScalarType wide, int chunk) {
    this.norm = norm;
    this.weight = weight;
    this.weightName = weightName;
    this.wide = wide;
    this.chunk = chunk;
  }

  /**
   * What a micro-batch's tokens cost.
   *
   * @param loss the sum of all targets' negative log-likelihoods
   * @param hits how many targets were the likeliest token
   * @param slope the gradient by the last layer's output, kept; null if not asked for
   */
  record Result(double loss, long hits, @Nullable Tensor slope) {}

  /** Losses alone. */
  Result evaluate(Tensor hidden, MicroBatch batch) {
    return compute(hidden, batch, 0, null);
  }

  /**
   * Losses and gradients.
   *
   * @param factor what each token's loss is multiplied by before its gradient is taken
   */
  Result learn(Tensor hidden, MicroBatch batch, double factor, Gradients gradients) {
    return compute(hidden, batch, factor, gradients);
  }

  private Result compute(
      Tensor hidden, MicroBatch batch, double factor, @Nullable Gradients gradients) {
    boolean learns = gradients != null;
    if (batch.targets() == 0) {
      return new Result(0, 0, learns ? Tensors.keep(zeros(hidden)) : null);
    }
    try (PointerScope _ = new PointerScope()) {
      Tensor rows = hidden.index_select(0, batch.rows());
      Tensor factors = norm.factors(rows);
      Tensor normed = norm.forward(rows, factors);
      Tensor normedSlope = learns ? Tensors.like(rows, rows.size(0), rows.size(1)) : null;
      double loss = 0;
      long hits = 0;
      for (int from = 0; from < batch.targets(); from += chunk) {
        int size = Math.min(chunk, batch.targets() - from);
        try (PointerScope _ = new PointerScope()) {
          Tensor part = normed.narrow(0, from, size);
          Tensor answers = batch.answers().narrow(0, from, size).unsqueeze(1);
          Tensor logits = Tensors.cast(weight.forward(part, null, null), wide);
          if (gradients == null) {
            hits += hits(logits, answers);
          }
          Tensor likelihoods = log_softmax_out(logits, logits, 1);
          loss -= likelihoods.gather(1, answers).sum(doubles()).item_double();
          if (normedSlope != null && gradients != null) {
            backward(
                part, likelihoods, answers, factor, normedSlope.narrow(0, from, size), gradients);
          }
        }
      }
      if (normedSlope == null || gradients == null) {
        return new Result(loss, hits, null);
      }
      Tensor slopes = Tensors.zerosLike(rows, rows.size(0), rows.size(1));
      norm.backward(normedSlope, rows, factors, slopes, gradients);
      Tensor slope = zeros(hidden);
      slope.index_copy_(0, batch.rows(), slopes);
      return new Result(loss, 0, Tensors.keep(slope));
    }
  }

  private void backward(
      Tensor part,
      Tensor likelihoods,
      Tensor answers,
      double factor,
      Tensor target,
      Gradients gradients) {
    Tensor surprise = likelihoods.exp_();
    Tensor ones = Tensors.zerosLike(likelihoods, answers.size(0), 1).sub_(Tensors.number(1));
    surprise.scatter_add_(1, answers, ones);
    Tensor narrow = Tensors.cast(surprise, part.scalar_type());
    target.copy_(weight.backward(narrow, null)).mul_(Tensors.number(factor));
    if (gradients.has(weightName)) {
      Tensors.addProduct(gradients.of(weightName), narrow.t(), part, factor);
    }
  }

  private static long hits(Tensor logits, Tensor answers) {
    Tensor likeliest = logits.argmax(new LongOptional(1), true);
    return likeliest.eq(answers).sum().item_long();
  }

  /** All logits of a few rows: for looking at, not for training. */
  Tensor logits(Tensor hidden) {
    Tensor normed = norm.forward(hidden, norm.factors(hidden));
    return Tensors.cast(Tensors.through(normed, weight.tensor()), wide);
  }

  private static ScalarTypeOptional doubles() {
    return new ScalarTypeOptional(ScalarType.Double);
  }

  private static Tensor zeros(Tensor like) {
    return Tensors.zerosLike(like, like.size(0), like.size(1));
  }
}
