package dev.treadle.training.merge;

import java.util.Arrays;

/**
 * One thread's table for products of small matrices: two rows of sums, sixteen rows of the right
 * matrix, a piece of what is added to, all as wide as a tile and all in one array. The compiler
 * makes vectors of these loops only because every place in them is the counter plus a constant: of
 * two arrays it cannot tell that they are not the same one.
 */
final class Panel {
  /** How wide a tile is: with it the table stays in the first cache. */
  static final int WIDTH = 512;

  /** How many rows of the right matrix lie here. */
  static final int RANKS = 16;

  private static final int W = WIDTH;
  private static final int RIGHT = 2 * W;
  private static final int TARGET = RIGHT + RANKS * W;
  private static final int LARGEST = TARGET + W;

  private final float[] p = new float[LARGEST + W];

  /** Sums that wait for further ranks, for every row of a block. */
  private float[] waiting = {};

  /** Forgets the largest sum. */
  void clearLargest() {
    Arrays.fill(p, LARGEST, LARGEST + W, 0);
  }

  /** The largest sum that was finished, by its size. */
  float largest() {
    float largest = 0;
    for (int j = LARGEST; j < LARGEST + W; j++) {
      largest = Math.max(largest, p[j]);
    }
    return largest;
  }

  /** Lays out one row of a tile of the right matrix; what it does not fill is zero. */
  void right(int place, float[] matrix, int at, int width) {
    System.arraycopy(matrix, at, p, RIGHT + place * W, width);
    Arrays.fill(p, RIGHT + place * W + width, RIGHT + (place + 1) * W, 0);
  }

  /** Lays out zeros for it. */
  void noRight(int place) {
    Arrays.fill(p, RIGHT + place * W, RIGHT + (place + 1) * W, 0);
  }

  /** Begins the sums of two rows. */
  void begin() {
    Arrays.fill(p, 0, 2 * W, 0);
  }

  /** Goes on with the sums of two rows that were put aside. */
  void resume(int row) {
    System.arraycopy(waiting, row * W, p, 0, 2 * W);
  }

  /** Puts the sums of two rows aside. */
  void suspend(int row) {
    if (waiting.length < (row + 2) * W) {
      waiting = Arrays.copyOf(waiting, Math.max((row + 2) * W, 2 * waiting.length));
    }
    System.arraycopy(p, 0, waiting, row * W, 2 * W);
  }

  /** Adds the first eight ranks' products to the sums; weights of one row, and of the other. */
  void firstEight(float[] w, int a, int b) {
    float a0 = w[a];
    float a1 = w[a + 1];
    float a2 = w[a + 2];
    float a3 = w[a + 3];
    float a4 = w[a + 4];
    float a5 = w[a + 5];
    float a6 = w[a + 6];
    float a7 = w[a + 7];
    float b0 = w[b];
    float b1 = w[b + 1];
    float b2 = w[b + 2];
    float b3 = w[b + 3];
    float b4 = w[b + 4];
    float b5 = w[b + 5];
    float b6 = w[b + 6];
    float b7 = w[b + 7];
    float[] p = this.p;
    for (int j = 0; j < W; j++) {
      float r0 = p[j + RIGHT];
      float r1 = p[j + RIGHT + W];
      float r2 = p[j + RIGHT + 2 * W];
      float r3 = p[j + RIGHT + 3 * W];
      float r4 = p[j + RIGHT + 4 * W];
      float r5 = p[j + RIGHT + 5 * W];
      float r6 = p[j + RIGHT + 6 * W];
      float r7 = p[j + RIGHT + 7 * W];
      float x = Math.fma(a3, r3, Math.fma(a2, r2, Math.fma(a1, r1, Math.fma(a0, r0, p[j]))));
      float y = Math.fma(b3, r3, Math.fma(b2, r2, Math.fma(b1, r1, Math.fma(b0, r0, p[j + W]))));
      p[j] = Math.fma(a7, r7, Math.fma(a6, r6, Math.fma(a5, r5, Math.fma(a4, r4, x))));
      p[j + W] = Math.fma(b7, r7, Math.fma(b6, r6, Math.fma(b5, r5, Math.fma(b4, r4, y))));
    }
  }

  /** The same with the other eight: their places are other constants. */
  void secondEight(float[] w, int a, int b) {
    float a0 = w[a];
    float a1 = w[a + 1];
    float a2 = w[a + 2];
    float a3 = w[a + 3];
    float a4 = w[a + 4];
    float a5 = w[a + 5];
    float a6 = w[a + 6];
    float a7 = w[a + 7];
    float b0 = w[b];
    float b1 = w[b + 1];
    float b2 = w[b + 2];
    float b3 = w[b + 3];
    float b4 = w[b + 4];
    float b5 = w[b + 5];
    float b6 = w[b + 6];
    float b7 = w[b + 7];
    float[] p = this.p;
    for (int j = 0; j < W; j++) {
      float r0 = p[j + RIGHT + 8 * W];
      float r1 = p[j + RIGHT + 9 * W];
      float r2 = p[j + RIGHT + 10 * W];
      float r3 = p[j + RIGHT + 11 * W];
      float r4 = p[j + RIGHT + 12 * W];
      float r5 = p[j + RIGHT + 13 * W];
      float r6 = p[j + RIGHT + 14 * W];
      float r7 = p[j + RIGHT + 15 * W];
      float x = Math.fma(a3, r3, Math.fma(a2, r2, Math.fma(a1, r1, Math.fma(a0, r0, p[j]))));
      float y = Math.fma(b3, r3, Math.fma(b2, r2, Math.fma(b1, r1, Math.fma(b0, r0, p[j + W]))));
      p[j] = Math.fma(a7, r7, Math.fma(a6, r6, Math.fma(a5, r5, Math.fma(a4, r4, x))));
      p[j + W] = Math.fma(b7, r7, Math.fma(b6, r6, Math.fma(b5, r5, Math.fma(b4, r4, y))));
    }
  }

  /** Adds the sums of the first row, scaled, to a piece of a matrix. */
  void finish(float scale, float[] target, int at, int width) {
    System.arraycopy(target, at, p, TARGET, width);
    add(p, scale);
    System.arraycopy(p, TARGET, target, at, width);
  }

  /** The second row becomes the first. */
  void next() {
    System.arraycopy(p, W, p, 0, W);
  }

  private static void add(float[] p, float scale) {
    for (int j = 0; j < W; j++) {
      p[j + LARGEST] = Math.max(p[j + LARGEST], Math.abs(p[j]));
    }
    for (int j = 0; j < W; j++) {
      p[j + TARGET] += p[j] * scale;
    }
  }
}
