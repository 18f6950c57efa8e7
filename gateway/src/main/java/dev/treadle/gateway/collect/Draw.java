package dev.treadle.gateway.collect;

/** A number from 0 to 1 that follows from a name, evenly spread over all names. */
final class Draw {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private Draw() {}

  /** FNV-1a, finished as SplitMix64 is, as FNV's upper bits change little with the last letters. */
  static double of(String name) {
    long z = FNV_OFFSET;
    for (int i = 0; i < name.length(); i++) {
      z = (z ^ name.charAt(i)) * FNV_PRIME;
    }
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    z ^= z >>> 31;
    return (z >>> 11) * 0x1.0p-53;
  }
}
