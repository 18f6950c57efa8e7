package dev.treadle.gateway.classify;

import dev.treadle.routing.TextLabels;
import java.io.IOException;
import java.time.Duration;

/** A way to ask a classifier that is another program. */
interface Remote extends AutoCloseable {
  /**
   * Asks once.
   *
   * @throws IOException where no label came within the limit
   */
  TextLabels.Label ask(String text, Duration limit) throws IOException, InterruptedException;

  @Override
  void close();
}
