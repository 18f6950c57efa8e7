package dev.treadle.app.command;

import dev.treadle.app.wheel.RouteGate;
import dev.treadle.routing.PolicyEvaluation;
import dev.treadle.store.Policies.Standing;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;

/** What the gate found, for people. */
final class RouteText {
  private RouteText() {}

  static void print(PrintStream out, RouteGate.Judged judged) {
    Table table =
        new Table().row("on held-out comparisons", "quality (95 %)", "cost of 1,000", "items");
    for (PolicyEvaluation.Result row : judged.rows()) {
      table.row(
          row.name(),
          String.format(
              Locale.ROOT,
              "%.3f (%.3f to %.3f)",
              row.quality().estimate(),
              row.quality().low(),
              row.quality().high()),
          String.format(Locale.ROOT, "$%.4f", 1000 * row.costUsd()),
          (long) row.comparisons());
    }
    table.print(out, "  ");
    judged.note().ifPresent(note -> out.println("  " + note));
    out.println("  against what is live: " + String.join("; ", judged.verdict().reasons()));
    out.println(
        "  against always "
            + judged.bestTarget()
            + ": "
            + String.join("; ", judged.overBest().reasons()));
  }

  static void print(PrintStream out, String route, Optional<Standing> standing) {
    String live =
        standing.flatMap(Standing::live).map(it -> "policy " + it).orElse("as configured");
    String canary =
        standing
            .flatMap(Standing::canary)
            .map(
                it ->
                    String.format(
                        Locale.ROOT,
                        ", policy %d for %.0f %% of the conversations",
                        it,
                        100 * standing.orElseThrow().share()))
            .orElse("");
    out.println("Route " + route + " is decided by: " + live + canary);
  }
}
