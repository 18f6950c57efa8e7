package dev.treadle.measure.statistics;

import static dev.treadle.measure.statistics.PairedGate.counted;
import static dev.treadle.measure.statistics.PairedGate.number;

import dev.treadle.measure.statistics.PairedGate.GuardRail;
import dev.treadle.measure.statistics.PairedGate.RailResult;
import java.util.Locale;

/** Tests one guard rail. */
final class RailTest {
  private RailTest() {}

  static RailResult of(GuardRail rail, double level) {
    Excess worse =
        switch (rail.scale()) {
          case SCORE -> Excess.ofShortfalls(rail.pairs());
          case FAILURE -> Excess.ofDifferences(rail.pairs());
          case AMOUNT -> Excess.ofShares(rail.pairs());
        };
    double pValue =
        switch (rail.demand()) {
          case PROOF -> worse.pValueBelow(rail.margin());
          case NO_EVIDENCE_AGAINST -> worse.pValueAbove(0);
        };
    boolean holds =
        switch (rail.demand()) {
          case PROOF -> pValue < level;
          case NO_EVIDENCE_AGAINST -> pValue >= level && worse.estimate() <= rail.margin();
        };
    return new RailResult(
        rail.name(), holds, worse.interval(level), rail.margin(), pValue, rail.pairs().size());
  }

  /** Why a rail does not hold, in plain words. */
  static String refusal(GuardRail rail, RailResult result, double level) {
    String found =
        "%s: %s worse over %s (p = %s)"
            .formatted(
                rail.name(),
                percent(result.excess().estimate()),
                counted(result.pairs(), "pair"),
                number(result.pValue()));
    return switch (rail.demand()) {
      case PROOF ->
          found
              + ", not proven to be less than %s worse (needed: p below %s)"
                  .formatted(percent(rail.margin()), level);
      case NO_EVIDENCE_AGAINST ->
          result.pValue() < level
              ? found + ", shown to be worse"
              : found + ", more than the margin of " + percent(rail.margin());
    };
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
