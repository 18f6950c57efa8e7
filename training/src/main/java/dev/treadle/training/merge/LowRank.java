package dev.treadle.training.merge;

import dev.treadle.training.TrainingError;
import dev.treadle.training.adapter.Adapter;
import dev.treadle.training.safetensors.SafetensorsFile;
import dev.treadle.training.safetensors.SafetensorsHeader;
import dev.treadle.training.safetensors.TensorShape;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What an adapter adds to one matrix: left × right × scale, in float32. Two rows are worked on at a
 * time, so that each number of the right matrix is fetched once for both.
 */
final class LowRank {
  private static final int EIGHT = 8;

  private final int rank;
  private final int columns;
  private final float scale;

  /** By rows, each filled up with zeros to a multiple of eight. */
  private final float[] left;

  private final int stride;
  private final float[] right;

  private LowRank(int rank, int columns, float scale, float[] left, int stride, float[] right) {
    this.rank = rank;
    this.columns = columns;
    this.scale = scale;
    this.left = left;
    this.stride = stride;
    this.right = right;
  }

  /**
   * The product.
   *
   * @param left rows × rank
   * @param right rank × columns
   */
  static LowRank of(int rank, int columns, float scale, float[] left, float[] right) {
    int stride = Math.ceilDiv(rank, EIGHT) * EIGHT;
    float[] padded = new float[Math.toIntExact((long) left.length / rank * stride)];
    for (int row = 0; row < left.length / rank; row++) {
      System.arraycopy(left, row * rank, padded, row * stride, rank);
    }
    return new LowRank(rank, columns, scale, padded, stride, right);
  }

  /** The product of every other column, from the first and from the second one. */
  List<LowRank> halves() {
    return List.of(half(0), half(1));
  }

  private LowRank half(int from) {
    float[] half = new float[right.length / 2];
    for (int i = 0; i < half.length; i++) {
      half[i] = right[2 * i + from];
    }
    return new LowRank(rank, columns / 2, scale, left, stride, half);
  }

  /** Reads a module's matrices; an embedding's are turned round, since its rows are the input. */
  static LowRank read(SafetensorsFile file, Adapter.Pair pair, int rank, double scale) {
    float[] a = floats(file, pair.a());
    float[] b = floats(file, pair.b());
    int in = Math.toIntExact(pair.a().tensor().columns());
    int out = Math.toIntExact(pair.b().tensor().rows());
    return pair.isEmbedding()
        ? of(rank, out, (float) scale, turned(a, rank, in), turned(b, out, rank))
        : of(rank, in, (float) scale, b, a);
  }

  private static float[] turned(float[] matrix, int rows, int columns) {
    float[] turned = new float[matrix.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        turned[j * rows + i] = matrix[i * columns + j];
      }
    }
    return turned;
  }

  /** All numbers of a tensor, which must be finite. */
  static float[] floats(SafetensorsFile file, SafetensorsHeader.Entry entry) {
    TensorShape tensor = entry.tensor();
    if (!tensor.dtype().isComputed()) {
      throw TrainingError.DTYPE_UNSUPPORTED.because(
          file.file()
              + ": "
              + tensor.name()
              + " is "
              + tensor.dtype()
              + ", which is not computed with (BF16, F16 and F32 are)");
    }
    int elements = Math.toIntExact(tensor.elements());
    float[] floats = new float[elements];
    Numbers numbers = new Numbers(Math.min(elements, 1 << 16));
    float[] piece = numbers.floats();
    for (int at = 0; at < elements; at += piece.length) {
      int count = Math.min(piece.length, elements - at);
      int width = tensor.dtype().bytes();
      ByteBuffer bytes = file.readOnce(entry, (long) at * width, count * width, numbers.input());
      numbers.decode(bytes, tensor.dtype(), count);
      System.arraycopy(piece, 0, floats, at, count);
    }
    for (float it : floats) {
      if (!Float.isFinite(it)) {
        throw TrainingError.NOT_FINITE.because(
            file.file() + ": " + tensor.name() + " holds " + it + ": the training went wrong");
      }
    }
    return floats;
  }

  /**
   * Adds the product's rows to those of a matrix.
   *
   * @param target holds rows × columns from {@code at} on, row by row
   * @return the largest number that was added, by its size
   */
  float addTo(float[] target, int at, int firstRow, int rows, Panel panel) {
    panel.clearLargest();
    for (int from = 0; from < columns; from += Panel.WIDTH) {
      int width = Math.min(Panel.WIDTH, columns - from);
      for (int k = 0; k < rank; k += Panel.RANKS) {
        layOut(panel, k, from, width);
        for (int row = 0; row < rows; row += 2) {
          multiply(panel, k, firstRow + row, row, row + 1 < rows);
          if (k + Panel.RANKS < rank) {
            panel.suspend(row);
            continue;
          }
          panel.finish(scale, target, at + row * columns + from, width);
          if (row + 1 < rows) {
            panel.next();
            panel.finish(scale, target, at + (row + 1) * columns + from, width);
          }
        }
      }
    }
    return panel.largest() * Math.abs(scale);
  }

  private void layOut(Panel panel, int k, int from, int width) {
    for (int i = 0; i < Panel.RANKS && k + i < stride; i++) {
      if (k + i < rank) {
        panel.right(i, right, (k + i) * columns + from, width);
      } else {
        panel.noRight(i);
      }
    }
  }

  /** Two rows' sums with up to sixteen more ranks; a last single row is taken twice. */
  private void multiply(Panel panel, int k, int leftRow, int row, boolean isPair) {
    if (k == 0) {
      panel.begin();
    } else {
      panel.resume(row);
    }
    int one = leftRow * stride + k;
    int other = isPair ? one + stride : one;
    panel.firstEight(left, one, other);
    if (k + EIGHT < stride) {
      panel.secondEight(left, one + EIGHT, other + EIGHT);
    }
  }
}
