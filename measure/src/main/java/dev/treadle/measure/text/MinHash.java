package dev.treadle.measure.text;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Makes sketches of texts: for each of a number of pseudo-random permutations, the smallest shingle
 * (Broder, 1997).
 *
 * <p>A permutation is {@code x -> a x + b} modulo 2^32 with odd a, over shingle hashes that are
 * already well mixed; the loop over permutations is the inner one and has no branches, so the
 * compiler makes vector code of it (about 20 ns a shingle at 256 permutations, less than finding
 * the shingle costs). The permutations are fixed: sketches made by different processes can be
 * compared. Immutable, and safe for several threads.
 */
public final class MinHash {
  /** Number of permutations where nothing else is asked for. */
  public static final int DEFAULT_PERMUTATIONS = 256;

  private static final long SEED = 0x5EED_0F_7EAD1EL;

  private final int[] factors;
  private final int[] offsets;

  public MinHash() {
    this(DEFAULT_PERMUTATIONS);
  }

  /**
   * Makes sketches of a chosen size.
   *
   * @param permutations from 16 to 4,096; memory and time grow with it, the error shrinks with its
   *     root
   */
  public MinHash(int permutations) {
    if (permutations < 16 || permutations > 4_096) {
      throw new IllegalArgumentException(
          "permutations must be from 16 to 4096, not " + permutations);
    }
    SplittableRandom random = new SplittableRandom(SEED);
    factors = new int[permutations];
    offsets = new int[permutations];
    for (int i = 0; i < permutations; i++) {
      factors[i] = random.nextInt() | 1;
      offsets[i] = random.nextInt();
    }
  }

  /** Number of permutations. */
  public int permutations() {
    return factors.length;
  }

  /** The sketch of a text. Time is linear in its length; nothing of it is kept. */
  public Sketch sketch(CharSequence text) {
    String normal = NormalText.of(text);
    Shingles shingles = Shingles.ofNormal(normal);
    int[] minima = new int[factors.length];
    Arrays.fill(minima, Integer.MAX_VALUE);
    for (int i = 0; i < shingles.count(); i++) {
      lower(minima, (int) (shingles.hash(i) >>> 32));
    }
    short[] low = new short[minima.length];
    for (int i = 0; i < low.length; i++) {
      low[i] = (short) minima[i];
    }
    return new Sketch(TextKey.ofNormal(normal), low);
  }

  private void lower(int[] minima, int shingle) {
    int[] a = factors;
    int[] b = offsets;
    for (int i = 0; i < minima.length; i++) {
      minima[i] = Math.min(minima[i], a[i] * shingle + b[i]);
    }
  }
}
