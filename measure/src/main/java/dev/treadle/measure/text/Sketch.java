package dev.treadle.measure.text;

/**
 * What is kept of a text to compare it with others: its exact key and the low 16 bits of each of
 * its minima.
 *
 * <p>16 bits a minimum instead of 32 halve the memory (512 bytes at 256 permutations) and change an
 * estimate by one part in 65,536 (b-bit minwise hashing; Li and König, 2010).
 */
public final class Sketch {
  private final TextKey key;
  private final short[] minima;

  Sketch(TextKey key, short[] minima) {
    this.key = key;
    this.minima = minima;
  }

  /** Key of the normal form. */
  public TextKey key() {
    return key;
  }

  /** Number of permutations. */
  public int size() {
    return minima.length;
  }

  /**
   * Estimated Jaccard similarity of the two texts' shingles: the share of permutations with the
   * same minimum. The standard error is {@code sqrt(J (1 - J) / size)}, 0.029 at J = 0.7 and 256
   * permutations.
   */
  public double similarity(Sketch other) {
    if (other.minima.length != minima.length) {
      throw new IllegalArgumentException(
          "sketches of %d and %d permutations cannot be compared"
              .formatted(minima.length, other.minima.length));
    }
    int same = 0;
    for (int i = 0; i < minima.length; i++) {
      same += minima[i] == other.minima[i] ? 1 : 0;
    }
    return (double) same / minima.length;
  }

  /** Hash of one band of the minima. */
  int bandHash(int band, int rows) {
    long hash = band;
    for (int i = band * rows; i < (band + 1) * rows; i++) {
      hash = (hash ^ (minima[i] & 0xFFFF)) * 0xD1342543DE82EF95L;
      hash ^= hash >>> 32;
    }
    return (int) (Shingles.mixed(hash) >>> 32);
  }
}
