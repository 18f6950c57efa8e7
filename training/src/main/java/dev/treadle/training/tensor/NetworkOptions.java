package dev.treadle.training.tensor;

/**
 * How a network is kept and computed.
 *
 * @param isBytes whether frozen matrices are kept in one byte for each number
 * @param prepacks whether frozen matrices that are not in bytes are laid out for oneDNN's products,
 *     where this machine has it: faster by a tenth, twice their memory
 * @param recomputes whether layers are computed again on the way back instead of kept: less memory,
 *     a third more work
 * @param chunk how many tokens' logits are there at once, of all threads together
 * @param seed of an adapter's first numbers
 * @param threads how many compute; the same number gives the same bits
 */
public record NetworkOptions(
    Arithmetic arithmetic,
    boolean isBytes,
    boolean prepacks,
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
    return new NetworkOptions(arithmetic, false, false, false, 1024, seed, threads, Device.CPU);
  }

  /** With frozen matrices laid out for products, or as they lie in their file. */
  public NetworkOptions withPrepacking(boolean prepacks) {
    return new NetworkOptions(
        arithmetic, isBytes, prepacks, recomputes, chunk, seed, threads, device);
  }
}
