package dev.treadle.training.tensor;

/**
 * How a network is kept and computed.
 *
 * @param isBytes whether frozen matrices are kept in one byte for each number
 * @param recomputes whether layers are computed again on the way back instead of kept: less memory,
 *     a third more work
 * @param chunk how many tokens' logits are there at once, of all threads together
 * @param seed of an adapter's first numbers
 * @param threads how many compute; the same number gives the same bits
 */
public record NetworkOptions(
    Arithmetic arithmetic,
    boolean isBytes,
    boolean recomputes,
    int chunk,
    long seed,
    int threads,
    Device device) {
  public NetworkOptions {
    if (chunk < 1) {
      throw new IllegalArgumentException("a chunk has at least one token");
    }
  }

  /** As most runs want it, on the CPU. */
  public static NetworkOptions of(Arithmetic arithmetic, long seed, int threads) {
    return new NetworkOptions(arithmetic, false, false, 1024, seed, threads, Device.CPU);
  }
}
