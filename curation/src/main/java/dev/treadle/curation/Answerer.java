package dev.treadle.curation;

import dev.treadle.transcript.Exchange;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Who answered an exchange: the last that was asked, or whose answer the gateway gave again. */
record Answerer(String upstream, String model) {
  static Optional<Answerer> of(Exchange exchange) {
    if (!exchange.attempts().isEmpty()) {
      Exchange.Attempt last = exchange.attempts().getLast();
      return Optional.of(new Answerer(last.upstream(), last.model()));
    }
    JsonNode from = exchange.extra().get("cached_from");
    return from == null || !from.isString() ? Optional.empty() : written(from.stringValue());
  }

  /** As upstream/model; the model may have slashes of its own. */
  private static Optional<Answerer> written(String target) {
    int slash = target.indexOf('/');
    return slash < 1
        ? Optional.empty()
        : Optional.of(new Answerer(target.substring(0, slash), target.substring(slash + 1)));
  }
}
