package dev.treadle.gateway.bench;

/**
 * What a client saw of one answer.
 *
 * @param exchange the gateway's id of it; empty where it did not come through the gateway
 * @param isWhole whether it came to its end: the last byte of a body, or a stream's {@code [DONE]}
 * @param contentEvents pieces of text of a stream
 * @param statedTokens how many pieces the stream itself says that it has; -1: it does not say
 * @param firstContent the moment of the first piece of text, or of the first byte of a body
 * @param end the moment of the end, both of {@code System.nanoTime}
 */
record ChatAnswer(
    int status,
    String exchange,
    boolean isWhole,
    int contentEvents,
    int statedTokens,
    long firstContent,
    long end) {

  boolean isGood() {
    return status == 200 && isWhole;
  }

  /** Whether a stream came to its end and nothing of it is missing. */
  boolean isGoodStream() {
    return isGood() && contentEvents > 0 && contentEvents == statedTokens;
  }
}
