package dev.treadle.training.merge;

import dev.treadle.training.TrainingError;
import dev.treadle.training.adapter.Adapter;
import dev.treadle.training.safetensors.SafetensorsFile;
import dev.treadle.training.safetensors.SafetensorsHeader;
import dev.treadle.training.safetensors.TensorShape;
import java.util.Arrays;

/** What an adapter adds to one matrix: left × right × scale, in float32. */
final class LowRank {
  /** So much of the right matrix is worked with at a time that it stays in the fastest cache. */
  private static final int TILE_NUMBERS = 8192;

  /** The widest tile. */
  static final int MAX_TILE = 4096;

  private final int rank;
  private final int columns;
  private final float scale;
  private final float[] left;
  private final float[] right;

  /**
   * The product.
   *
   * @param left rows × rank
   * @param right rank × columns
   */
  LowRank(int rank, int columns, float scale, float[] left, float[] right) {
    this.rank = rank;
    this.columns = columns;
    this.scale = scale;
    this.left = left;
    this.right = right;
  }

  /** Reads a module's matrices; an embedding's are turned round, since its rows are the input. */
  static LowRank read(SafetensorsFile file, Adapter.Pair pair, int rank, double scale) {
    float[] a = floats(file, pair.a());
    float[] b = floats(file, pair.b());
    int in = Math.toIntExact(pair.a().tensor().columns());
    int out = Math.toIntExact(pair.b().tensor().rows());
    return pair.isEmbedding()
        ? new LowRank(rank, out, (float) scale, turned(a, rank, in), turned(b, out, rank))
        : new LowRank(rank, in, (float) scale, b, a);
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
      file.read(entry, (long) at * tensor.dtype().bytes(), numbers.room(tensor.dtype(), count));
      numbers.decode(tensor.dtype(), count);
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
   * @param target rows × columns, row by row
   * @param sums as long as the widest tile, to work in
   * @return the largest number that was added, by its size
   */
  float addTo(float[] target, int firstRow, int rows, float[] sums) {
    int tile = Math.min(MAX_TILE, Math.max(64, TILE_NUMBERS / rank / 64 * 64));
    float largest = 0;
    for (int from = 0; from < columns; from += tile) {
      int width = Math.min(tile, columns - from);
      for (int row = 0; row < rows; row++) {
        sum(firstRow + row, from, width, sums);
        int at = row * columns + from;
        for (int j = 0; j < width; j++) {
          float it = sums[j] * scale;
          largest = Math.max(largest, Math.abs(it));
          target[at + j] += it;
        }
      }
    }
    return largest;
  }

  /** One row of the product, as far as a tile is wide; four ranks at a time. */
  private void sum(int row, int from, int width, float[] sums) {
    Arrays.fill(sums, 0, width, 0);
    int k = 0;
    for (; k + 4 <= rank; k += 4) {
      four(row * rank + k, k * columns + from, width, sums);
    }
    for (; k < rank; k++) {
      float weight = left[row * rank + k];
      int at = k * columns + from;
      for (int j = 0; j < width; j++) {
        sums[j] += weight * right[at + j];
      }
    }
  }

  private void four(int weights, int at, int width, float[] sums) {
    float first = left[weights];
    float second = left[weights + 1];
    float third = left[weights + 2];
    float fourth = left[weights + 3];
    int atSecond = at + columns;
    int atThird = atSecond + columns;
    int atFourth = atThird + columns;
    for (int j = 0; j < width; j++) {
      sums[j] +=
          first * right[at + j]
              + second * right[atSecond + j]
              + third * right[atThird + j]
              + fourth * right[atFourth + j];
    }
  }
}
