package dev.treadle.gateway.limits;

import dev.treadle.store.State;
import dev.treadle.transcript.Json;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What was spent of each budget, as a document of the lake. */
final class BudgetBook {
  private static final String DOCUMENT = "budgets";

  private final State state;

  BudgetBook(State state) {
    this.state = state;
  }

  /**
   * What was spent, by budget.
   *
   * @throws dev.treadle.transcript.TreadleException where the document is damaged: a budget that
   *     began anew unnoticed would be none
   */
  Map<BudgetKey, BigDecimal> read() {
    Map<BudgetKey, BigDecimal> amounts = new TreeMap<>();
    JsonNode document = state.read(DOCUMENT).map(Json::read).orElseGet(Json::object);
    for (JsonNode it : document.path("budgets")) {
      amounts.put(
          new BudgetKey(
              it.path("limit").asString(""),
              it.path("key").asString(""),
              it.path("window").asString("")),
          it.path("usd").decimalValue(BigDecimal.ZERO));
    }
    return amounts;
  }

  void write(Map<BudgetKey, BigDecimal> amounts) {
    ObjectNode document = Json.object();
    ArrayNode budgets = document.putArray("budgets");
    amounts.forEach(
        (key, usd) ->
            budgets
                .addObject()
                .put("limit", key.limit())
                .put("key", key.who())
                .put("window", key.window())
                .put("usd", usd.stripTrailingZeros()));
    state.write(DOCUMENT, Json.write(document));
  }
}
