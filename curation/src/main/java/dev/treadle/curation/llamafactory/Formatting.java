package dev.treadle.curation.llamafactory;

/** Layout of a row, the {@code formatting} of a registry entry. */
public enum Formatting {
  ALPACA,
  SHAREGPT,
  OPENAI
}
