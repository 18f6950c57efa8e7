package dev.treadle.training.tensor;

import static org.bytedeco.pytorch.global.torch.bmm;
import static org.bytedeco.pytorch.global.torch.mul;
import static org.bytedeco.pytorch.global.torch.softmax;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Attention within short sequences by matrix products: the weights of all who see each other are
 * there at once and kept for the way back. Queries are taken in runs, so that little is computed of
 * what none may see. Up to a few hundred tokens that is faster than libtorch's own, which keeps no
 * weights.
 *
 * @param query of (sequences × key heads) × (tokens × group) × head size, turned and scaled
 * @param key of (sequences × key heads) × tokens × head size, turned
 * @param weights of each run
 */
record DenseAttention(Tensor query, Tensor key, Tensor value, List<Tensor> weights)
    implements Attention.SpanTrace {
  /** The longest sequence that this is for. */
  private static final int MOST = 512;

  private static final int RUN = 128;

  static boolean suits(Attention.Rows rows) {
    return rows.span().length() <= MOST
        && !Tensors.has(rows.query(), ScalarType.BFloat16)
        && !rows.query().is_cuda();
  }

  static DenseAttention forward(Attention.Rows rows, Tensor target, boolean isTraced) {
    DenseAttention it = new DenseAttention(query(rows), key(rows), value(rows), new ArrayList<>());
    int length = rows.span().length();
    for (int from = 0; from < length; from += RUN) {
      int to = Math.min(from + RUN, length);
      Tensor scores = bmm(it.run(it.query, from, to), it.key.narrow(1, 0, to).transpose(1, 2));
      scores
          .narrow(2, from, to - from)
          .view(scores.size(0), to - from, it.group(), to - from)
          .add_(unseen(scores, to - from));
      Tensor weight = softmax(scores, -1);
      scores.close();
      tokens(target, rows)
          .narrow(2, from, to - from)
          .copy_(
              bmm(weight, it.value.narrow(1, 0, to))
                  .view(
                      rows.span().count(),
                      rows.key().size(1),
                      to - from,
                      it.group(),
                      it.key.size(2)));
      if (isTraced) {
        it.weights.add(Tensors.keep(weight));
      } else {
        weight.close();
      }
    }
    if (isTraced) {
      Tensors.keep(it.query);
      Tensors.keep(it.key);
      Tensors.keep(it.value);
    }
    return it;
  }

  private static Tensor query(Attention.Rows rows) {
    MicroBatch.Span span = rows.span();
    long keyHeads = rows.key().size(1);
    long size = rows.key().size(2);
    Tensor turned =
        Tensors.like(rows.query(), span.count(), keyHeads, span.length(), rows.group(), size);
    Rotary.turn(
        tokens(rows.query(), rows),
        turned,
        angles(rows.cosines(), rows),
        angles(rows.sines(), rows));
    return turned
        .mul_(Tensors.number(1 / Math.sqrt((double) size)))
        .view(span.count() * keyHeads, span.length() * rows.group(), size);
  }

  private static Tensor key(Attention.Rows rows) {
    MicroBatch.Span span = rows.span();
    long heads = rows.key().size(1);
    long size = rows.key().size(2);
    Tensor turned = Tensors.like(rows.key(), span.count(), heads, span.length(), 1, size);
    Rotary.turn(
        keyTokens(rows.key(), rows),
        turned,
        angles(rows.cosines(), rows),
        angles(rows.sines(), rows));
    return turned.view(span.count() * heads, span.length(), size);
  }

  private static Tensor value(Attention.Rows rows) {
    return keyTokens(rows.value(), rows)
        .reshape(
            rows.span().count() * rows.key().size(1), rows.span().length(), rows.key().size(2));
  }

  /** Rows of tokens seen as sequences × key heads × tokens × group × head size. */
  private static Tensor tokens(Tensor all, Attention.Rows rows) {
    return all.view(
            rows.span().count(),
            rows.span().length(),
            rows.key().size(1),
            rows.group(),
            rows.key().size(2))
        .transpose(1, 2);
  }

  /** Likewise of keys and values, whose group is one. */
  private static Tensor keyTokens(Tensor all, Attention.Rows rows) {
    return all.view(
            rows.span().count(), rows.span().length(), rows.key().size(1), 1, rows.key().size(2))
        .transpose(1, 2);
  }

  private static Tensor angles(Tensor all, Attention.Rows rows) {
    return all.view(rows.span().count(), 1, rows.span().length(), 1, all.size(-1));
  }

  private long group() {
    return query.size(1) / key.size(1);
  }

  private Tensor run(Tensor all, int from, int to) {
    return all.narrow(1, from * group(), (to - from) * group());
  }

  /** Minus infinity where a token comes after who looks. */
  private static Tensor unseen(Tensor like, long length) {
    return torch
        .full(new long[] {length, length}, Tensors.number(Double.NEGATIVE_INFINITY), like.options())
        .triu_(1)
        .unsqueeze(1);
  }

  @Override
  public void backward(Tensor slope, Tensor output, Attention.Rows target) {
    Tensor slopes = tokens(slope, target).reshape(query.size(0), query.size(1), query.size(2));
    Tensor pulls =
        Tensors.sumOf(mul(tokens(slope, target), tokens(output, target)), -1, true)
            .reshape(query.size(0), query.size(1), 1);
    Tensor querySlope = Tensors.like(slope, query.size(0), query.size(1), query.size(2));
    Tensor keySlope = Tensors.zerosLike(slope, key.size(0), key.size(1), key.size(2));
    Tensor valueSlope = Tensors.zerosLike(slope, key.size(0), key.size(1), key.size(2));
    int length = target.span().length();
    for (int from = 0; from < length; from += RUN) {
      int to = Math.min(from + RUN, length);
      Tensor weight = weights.get(from / RUN);
      Tensor part = run(slopes, from, to);
      valueSlope.narrow(1, 0, to).add_(bmm(weight.transpose(1, 2), part));
      try (Tensor score = bmm(part, value.narrow(1, 0, to).transpose(1, 2))) {
        score.sub_(run(pulls, from, to)).mul_(weight);
        run(querySlope, from, to).copy_(bmm(score, key.narrow(1, 0, to)));
        keySlope.narrow(1, 0, to).add_(bmm(score.transpose(1, 2), run(query, from, to)));
      }
    }
    back(querySlope, keySlope, valueSlope, target);
  }

  private void back(Tensor querySlope, Tensor keySlope, Tensor valueSlope, Attention.Rows target) {
    long count = target.span().count();
    long length = target.span().length();
    long heads = target.key().size(1);
    long size = target.key().size(2);
    Tensor cosines = angles(target.cosines(), target);
    Tensor sines = angles(target.sines(), target);
    querySlope.mul_(Tensors.number(1 / Math.sqrt((double) size)));
    Rotary.turnBack(
        querySlope.view(count, heads, length, group(), size),
        tokens(target.query(), target),
        cosines,
        sines);
    Rotary.turnBack(
        keySlope.view(count, heads, length, 1, size),
        keyTokens(target.key(), target),
        cosines,
        sines);
    keyTokens(target.value(), target).copy_(valueSlope.view(count, heads, length, 1, size));
  }

  @Override
  public void free() {
    Tensors.free(query);
    Tensors.free(key);
    Tensors.free(value);
    weights.forEach(Tensors::free);
  }
}
