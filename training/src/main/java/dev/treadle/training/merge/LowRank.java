package dev.treadle.training.merge;

import dev.treadle.training.TrainingError;
import dev.treadle.training.adapter.Adapter;
import dev.treadle.training.safetensors.SafetensorsFile;
import dev.treadle.training.safetensors.SafetensorsHeader;
import dev.treadle.training.safetensors.TensorShape;
import java.util.Arrays;

/**
 * What an adapter adds to one matrix: left × right × scale, in float32. Sums are kept as doubles:
 * the compiler makes vectors of a loop only where it can tell that what is written is not what is
 * read elsewhere. For the same reason the rows of a tile are arrays of their own.
 */
final class LowRank {
  /** So much of the right matrix is worked with at a time that it stays in the second cache. */
  private static final int TILE_NUMBERS = 1 << 16;

  /** The widest tile. */
  static final int MAX_TILE = 4096;

  private final int rank;
  private final int columns;
  private final float scale;
  private final float[] left;

  /** The right matrix by tiles of columns, and in each by rows. */
  private final float[][][] tiles;

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
    this.tiles = new float[Math.ceilDiv(columns, tileWidth())][rank][];
    for (int i = 0; i < tiles.length; i++) {
      int from = i * tileWidth();
      int width = Math.min(tileWidth(), columns - from);
      for (int k = 0; k < rank; k++) {
        int at = k * columns + from;
        tiles[i][k] = Arrays.copyOfRange(right, at, at + width);
      }
    }
  }

  private int tileWidth() {
    return Math.min(MAX_TILE, Math.max(64, TILE_NUMBERS / rank / 64 * 64));
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
   * @return the largest number that was added, by its size
   */
  float addTo(float[] target, int firstRow, int rows, Numbers numbers) {
    int tile = tileWidth();
    double[] sums = numbers.sums();
    float largest = 0;
    for (int from = 0; from < columns; from += tile) {
      int width = Math.min(tile, columns - from);
      for (int row = 0; row < rows; row++) {
        sum(firstRow + row, tiles[from / tile], width, sums);
        add(sums, scale, target, row * columns + from, width);
        largest = Math.max(largest, numbers.largestSum(width) * Math.abs(scale));
      }
    }
    return largest;
  }

  private static void add(double[] sums, float scale, float[] target, int at, int width) {
    for (int j = 0; j < width; j++) {
      target[at + j] += (float) sums[j] * scale;
    }
  }

  /** One row of the product, as far as a tile is wide; eight ranks at a time. */
  private void sum(int row, float[][] tile, int width, double[] sums) {
    Arrays.fill(sums, 0, width, 0);
    int k = 0;
    for (; k + 8 <= rank; k += 8) {
      eight(left, row * rank + k, tile, k, width, sums);
    }
    for (; k < rank; k++) {
      one(left[row * rank + k], tile[k], width, sums);
    }
  }

  private static void one(float weight, float[] row, int width, double[] sums) {
    for (int j = 0; j < width; j++) {
      sums[j] += (double) (weight * row[j]);
    }
  }

  private static void eight(
      float[] left, int weights, float[][] right, int k, int width, double[] sums) {
    float w0 = left[weights];
    float w1 = left[weights + 1];
    float w2 = left[weights + 2];
    float w3 = left[weights + 3];
    float w4 = left[weights + 4];
    float w5 = left[weights + 5];
    float w6 = left[weights + 6];
    float w7 = left[weights + 7];
    float[] r0 = right[k];
    float[] r1 = right[k + 1];
    float[] r2 = right[k + 2];
    float[] r3 = right[k + 3];
    float[] r4 = right[k + 4];
    float[] r5 = right[k + 5];
    float[] r6 = right[k + 6];
    float[] r7 = right[k + 7];
    for (int j = 0; j < width; j++) {
      float low = w0 * r0[j] + w1 * r1[j] + w2 * r2[j] + w3 * r3[j];
      float high = w4 * r4[j] + w5 * r5[j] + w6 * r6[j] + w7 * r7[j];
      sums[j] += (double) (low + high);
    }
  }
}
