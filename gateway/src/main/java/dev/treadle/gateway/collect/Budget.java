package dev.treadle.gateway.collect;

import dev.treadle.store.State;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import dev.treadle.transcript.Usd;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What may still be compared on a day of UTC, also after a restart.
 *
 * <p>Its document in the lake never says less than what was spent: it is written ahead in steps of
 * a two-hundredth of the limit, so that not every call costs a write. A process that ends without a
 * word leaves at most that step unused. Calls under way may go beyond the limit of money, as their
 * cost is known afterwards: no question is accepted after that.
 */
final class Budget {
  private static final String DOCUMENT = "compare-budget";
  private static final BigDecimal STEPS = BigDecimal.valueOf(200);

  private final State state;
  private final InstantSource clock;
  private LocalDate day = LocalDate.MIN;
  private long questions;
  private long questionsWritten;
  private BigDecimal cost = BigDecimal.ZERO;
  private BigDecimal costWritten = BigDecimal.ZERO;

  Budget(State state, InstantSource clock) {
    this.state = state;
    this.clock = clock;
  }

  /** Takes one question, or says why not. */
  synchronized Optional<Skip> take(CollectSettings.Limits limits) {
    turnTo(today());
    boolean isFree = limits.maxCostPerDay().signum() == 0 && cost.signum() == 0;
    if (!isFree && cost.compareTo(limits.maxCostPerDay()) >= 0) {
      return Optional.of(Skip.COST);
    }
    if (questions >= limits.maxQuestionsPerDay()) {
      return Optional.of(Skip.QUESTIONS);
    }
    questions++;
    if (questions > questionsWritten) {
      questionsWritten = questions + limits.maxQuestionsPerDay() / STEPS.intValue();
      write();
    }
    return Optional.empty();
  }

  /** Money was spent. */
  synchronized void spent(Usd amount, CollectSettings.Limits limits) {
    turnTo(today());
    cost = cost.add(amount.amount());
    if (cost.compareTo(costWritten) > 0) {
      costWritten = cost.add(limits.maxCostPerDay().divide(STEPS, MathContext.DECIMAL64));
      write();
    }
  }

  /** What was spent today. */
  synchronized double cost() {
    return cost.doubleValue();
  }

  private LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
  }

  private void turnTo(LocalDate today) {
    if (day.equals(today)) {
      return;
    }
    day = today;
    questions = 0;
    cost = BigDecimal.ZERO;
    state
        .read(DOCUMENT)
        .map(Budget::read)
        .filter(it -> it.path("day").asString("").equals(today.toString()))
        .ifPresent(
            it -> {
              questions = it.path("questions").asLong(0);
              cost = it.path("cost_usd").decimalValue(BigDecimal.ZERO);
            });
    questionsWritten = questions;
    costWritten = cost;
  }

  private static JsonNode read(byte[] document) {
    try {
      return Json.read(document);
    } catch (TreadleException e) {
      return Json.object(); // Damaged: the day begins anew.
    }
  }

  private void write() {
    state.write(
        DOCUMENT,
        Json.write(
            Json.object()
                .put("day", day.toString())
                .put("questions", questionsWritten)
                .put("cost_usd", costWritten)));
  }
}
