package dev.treadle.gateway;

import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Random numbers for any number of threads at once: SplitMix64 (Steele, Lea and Flood, 2014) over a
 * counter. For ids and draws, not for secrets.
 */
final class SharedRandom implements RandomGenerator {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private final AtomicLong counter;

  SharedRandom(long seed) {
    counter = new AtomicLong(seed);
  }

  @Override
  public long nextLong() {
    long z = counter.addAndGet(GOLDEN_GAMMA);
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
