package dev.treadle.training.tokens;

/**
 * The generator that rows are shuffled with: SplitMix64 (Steele, Lea, Flood, 2014). It is written
 * out here because a run that is resumed under another JDK must see the same order, and no JDK
 * promises that of its own generators.
 */
final class SplitMix {
  private static final long STEP = 0x9e3779b97f4a7c15L;

  private long state;

  SplitMix(long seed) {
    this.state = seed;
  }

  long next() {
    state += STEP;
    long it = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
    it = (it ^ (it >>> 27)) * 0x94d049bb133111ebL;
    return it ^ (it >>> 31);
  }

  /** A number from 0 to {@code bound - 1}; uneven by less than one in 2^32. */
  int next(int bound) {
    return (int) Math.unsignedMultiplyHigh(next(), bound);
  }

  /** The numbers from 0 to {@code count - 1} in an order that seed and epoch decide. */
  static int[] order(long seed, int epoch, int count) {
    SplitMix random = new SplitMix(new SplitMix(seed).next() + epoch);
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.next(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
