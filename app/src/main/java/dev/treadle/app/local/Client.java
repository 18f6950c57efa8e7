package dev.treadle.app.local;

import dev.treadle.gateway.http.HttpAnswer;
import java.util.function.BooleanSupplier;

/** Whoever waits for an answer, as far as it can be known that nobody does any more. */
final class Client {
  private final BooleanSupplier isEnding;
  private volatile boolean isGone;

  /**
   * A client.
   *
   * @param isEnding whether the server ends
   */
  Client(HttpAnswer answer, BooleanSupplier isEnding) {
    this.isEnding = isEnding;
    answer.onClientGone(_ -> isGone = true);
  }

  boolean isGone() {
    return isGone || isEnding.getAsBoolean();
  }
}
