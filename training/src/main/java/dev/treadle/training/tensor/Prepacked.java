package dev.treadle.training.tensor;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.Argument;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.Type;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * A weight that never changes, laid out once for oneDNN's products, in both directions. OpenBLAS
 * lays a matrix out anew for each product; that is a tenth of a step's time. The price is twice the
 * weight's memory in place of once.
 *
 * @param source as it lies in its file
 * @param type what is computed with
 * @param there laid out for rows × weightᵀ
 * @param back laid out for rows × weight
 */
record Prepacked(Tensor source, ScalarType type, Tensor there, Tensor back)
    implements Matrix, AutoCloseable {
  /** How many rows oneDNN lays out for. Others are multiplied as fast. */
  private static final long ROWS = 512;

  static boolean isThere() {
    return torch.hasMKLDNN();
  }

  static Prepacked of(Tensor source, ScalarType type) {
    try (PointerScope _ = new PointerScope()) {
      Tensor weight = Tensors.cast(source, type);
      Tensor there = Operators.pack(weight);
      Tensor back = Operators.pack(weight.t().contiguous());
      return new Prepacked(source, type, Tensors.keep(there), Tensors.keep(back));
    }
  }

  /** For what is not computed by this: made anew where the file has other numbers. */
  @Override
  public Tensor tensor() {
    return Tensors.cast(source, type);
  }

  /**
   * Where one thread computes alone, on all cores, OpenBLAS does: its threads are there for that.
   */
  private static boolean isDividedWork() {
    return openblas.blas_get_num_threads() == 1;
  }

  @Override
  public Tensor forward(Tensor rows, @Nullable Tensor bias, @Nullable Tensor sum) {
    return isDividedWork()
        ? Operators.product(rows, there, bias, sum)
        : Matrix.super.forward(rows, bias, sum);
  }

  @Override
  public Tensor backward(Tensor slope, @Nullable Tensor sum) {
    return isDividedWork()
        ? Operators.product(slope, back, null, sum)
        : Matrix.super.backward(slope, sum);
  }

  @Override
  public void close() {
    Tensors.free(there);
    Tensors.free(back);
  }

  /** Operators that libtorch has under a name only. */
  private static final class Operators {
    private static final OperatorHandle PACK = find("_reorder_linear_weight", "");
    private static final OperatorHandle PRODUCT = find("_linear_pointwise", "");
    private static final OperatorHandle PRODUCT_AND_SUM = find("_linear_pointwise", "binary");

    /** The type of an activation's numbers, of which we have none. */
    private static final Type.TypePtr SCALAR = elementOf(PRODUCT, 4);

    private static OperatorHandle find(String name, String overload) {
      return kept(Dispatcher.singleton().findSchemaOrThrow("mkldnn::" + name, overload));
    }

    private static Type.TypePtr elementOf(OperatorHandle operator, int argument) {
      Argument first = operator.schema().arguments();
      return kept(new Argument(first.position(argument)).type().get().containedType(0));
    }

    /** Whatever scope this class was first used in: it stays. */
    private static <P extends Pointer> P kept(P pointer) {
      pointer.retainReference();
      return pointer;
    }

    static Tensor pack(Tensor weight) {
      return call(PACK, new IValue(weight), new IValue(ROWS));
    }

    static Tensor product(Tensor rows, Tensor packed, @Nullable Tensor bias, @Nullable Tensor sum) {
      IValue added = bias == null ? new IValue() : new IValue(bias);
      return sum == null
          ? call(
              PRODUCT,
              new IValue(rows),
              new IValue(packed),
              added,
              new IValue("none"),
              new IValue(new GenericList(SCALAR)),
              new IValue(""))
          : call(
              PRODUCT_AND_SUM,
              new IValue(rows),
              new IValue(sum),
              new IValue(packed),
              added,
              new IValue("add"));
    }

    private static Tensor call(OperatorHandle operator, IValue... arguments) {
      try (IValueVector stack = new IValueVector(arguments)) {
        operator.callBoxed(stack);
        // The stack goes; its results would go with it.
        return new Tensor(stack.get(0).toTensor());
      } finally {
        // They would hold what they name for as long as the scope that they were made in.
        for (IValue it : arguments) {
          it.close();
        }
      }
    }
  }
}
