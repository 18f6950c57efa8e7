package dev.treadle.gateway;

import dev.treadle.gateway.collect.CollectedBatch;
import dev.treadle.gateway.collect.ComparisonStore;
import dev.treadle.gateway.http.HttpAnswer;
import dev.treadle.gateway.http.HttpRequest;
import dev.treadle.store.Heads;
import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes in what other gateways compared: {@code POST /collect}. Safe before it is confirmed; what
 * is sent again is known by its content.
 */
final class CollectDesk {
  static final Set<String> PATHS = Set.of("/collect", "/v1/collect");

  private final ComparisonStore store;

  CollectDesk(ComparisonStore store) {
    this.store = store;
  }

  void take(HttpRequest request, HttpAnswer answer) throws IOException {
    String path = request.path();
    Optional<CollectedBatch> batch;
    try {
      batch = CollectedBatch.read(Json.read(request.body()), store::pseudonym);
    } catch (TreadleException e) {
      Replies.error(answer, path, 400, String.valueOf(e.getMessage()));
      return;
    }
    if (batch.isEmpty()) {
      Replies.error(
          answer,
          path,
          400,
          "a batch is {\"data_points\": [...], \"count\": n, \"timestamp\": seconds} of at most"
              + " 10000 points");
      return;
    }
    int known = 0;
    try {
      for (Comparison it : batch.get().comparisons()) {
        known += store.keep(it) == Heads.Standing.NEW ? 0 : 1;
      }
      store.settle();
    } catch (TreadleException e) {
      Replies.error(answer, path, 503, "the points cannot be kept: " + e.getMessage());
      return;
    }
    Replies.json(answer, 200, confirmation(batch.get(), known));
  }

  private static ObjectNode confirmation(CollectedBatch batch, int known) {
    int taken = batch.comparisons().size();
    boolean isWhole = batch.problems().isEmpty();
    ObjectNode said =
        Json.object()
            .put("status", isWhole ? "success" : "partial")
            .put("count", taken)
            .put(
                "message",
                isWhole
                    ? "Data collected successfully"
                    : taken + " of " + batch.points() + " points collected")
            .put("known", known);
    if (!isWhole) {
      said.put("refused", batch.bad());
      ArrayNode problems = said.putArray("problems");
      batch.problems().forEach(problems::add);
    }
    return said;
  }
}
