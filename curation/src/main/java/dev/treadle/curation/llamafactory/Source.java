package dev.treadle.curation.llamafactory;

/** Where a registry entry says that its rows come from. */
public sealed interface Source {
  /** A file or folder below the dataset directory; the only kind that can be checked here. */
  record LocalFile(String name) implements Source {}

  /**
   * Anything that the trainer fetches or runs itself; {@code key} is the entry's own word for it.
   */
  record Remote(String key, String address) implements Source {}
}
