package dev.treadle.app.wheel;

import dev.treadle.measure.statistics.Interval;
import dev.treadle.measure.statistics.PairedGate.RailResult;
import dev.treadle.routing.PolicyEvaluation;
import dev.treadle.store.Policies.Standing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The page that says what a turn learned, promoted, refused, and why. */
public final class TurnReport {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 320;
  private static final int MARGIN = 60;
  private static final double WIDE = 60;
  private static final double HIGH = 12;

  /** The names beside a point of the plot. */
  private record Label(double x, double y, List<String> names) {}

  private TurnReport() {}

  /** What the page tells. */
  public record Content(
      String route,
      Instant began,
      Optional<String> dataset,
      Optional<Integer> policy,
      int learnedFrom,
      int heldOut,
      Map<String, Long> leftOut,
      List<Comparisons.Seen> seen,
      Optional<CanaryEnd> canary,
      Optional<RouteGate.Judged> judged,
      boolean promoted,
      String why,
      Optional<Standing> standing) {}

  /** The page, whole: it needs no other file. */
  public static String page(Content it) {
    StringBuilder html = new StringBuilder(HEAD);
    html.append("<h1>A turn of the wheel: route ").append(text(it.route())).append("</h1>\n");
    html.append("<p class=\"").append(it.promoted() ? "good" : "bad").append("\">");
    html.append(it.promoted() ? "Promoted: " : "Refused: ").append(text(it.why())).append("</p>\n");
    html.append("<table>\n");
    row(html, "began", it.began().toString());
    row(html, "dataset", it.dataset().orElse("none: nothing to curate"));
    row(html, "policy", it.policy().map(String::valueOf).orElse("none"));
    row(html, "comparisons learned from", Integer.toString(it.learnedFrom()));
    row(html, "comparisons held out for the gate", Integer.toString(it.heldOut()));
    it.leftOut().forEach((reason, count) -> row(html, "left out: " + reason, count.toString()));
    it.canary()
        .ifPresent(canary -> row(html, "canary, policy " + canary.policy(), canary.trial().why()));
    row(html, "decides now", standing(it.standing()));
    html.append("</table>\n");
    seen(html, it.seen());
    it.judged().ifPresent(judged -> judged(html, judged));
    return html.append("</body></html>\n").toString();
  }

  private static String standing(Optional<Standing> standing) {
    String live =
        standing.flatMap(Standing::live).map(it -> "policy " + it).orElse("as configured");
    return live
        + standing
            .flatMap(Standing::canary)
            .map(it -> ", policy " + it + " for a share of " + standing.orElseThrow().share())
            .orElse("");
  }

  private static void judged(StringBuilder html, RouteGate.Judged judged) {
    html.append("<h2>Quality and cost on the held-out comparisons</h2>\n")
        .append(plot(judged.rows()));
    html.append(
        "<table>\n<tr><th></th><th>quality (95 %)</th><th>cost of 1,000</th><th>items</th></tr>\n");
    for (PolicyEvaluation.Result row : judged.rows()) {
      html.append(
          String.format(
              Locale.ROOT,
              "<tr><td>%s</td><td>%.3f (%.3f to %.3f)</td><td>$%.4f</td><td>%d</td></tr>%n",
              text(row.name()),
              row.quality().estimate(),
              row.quality().low(),
              row.quality().high(),
              1000 * row.costUsd(),
              row.comparisons()));
    }
    html.append("</table>\n");
    judged.note().ifPresent(note -> html.append("<p>").append(text(note)).append("</p>\n"));
    html.append("<h2>The gate</h2>\n<table>\n");
    row(html, "candidate against live", String.join("; ", judged.verdict().reasons()));
    row(html, "difference, interval", interval(judged.verdict().difference()));
    row(
        html,
        "candidate against always " + judged.bestTarget(),
        String.join("; ", judged.overBest().reasons()));
    row(html, "difference, interval", interval(judged.overBest().difference()));
    for (RailResult rail : judged.verdict().rails()) {
      row(
          html,
          "guard rail: " + rail.name(),
          (rail.holds() ? "holds" : "does not hold") + ", excess " + interval(rail.excess()));
    }
    html.append("</table>\n");
  }

  private static String interval(Interval it) {
    return String.format(Locale.ROOT, "%+.3f (%+.3f to %+.3f)", it.estimate(), it.low(), it.high());
  }

  /** Cost to the right, quality upwards. */
  private static String plot(List<PolicyEvaluation.Result> rows) {
    double most = rows.stream().mapToDouble(PolicyEvaluation.Result::costUsd).max().orElse(0);
    double span = most > 0 ? most * 1.1 : 1;
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"quality against cost\">%n"
            .formatted(WIDTH, HEIGHT));
    for (int tenth = 0; tenth <= 10; tenth += 2) {
      double y = y(tenth / 10.0);
      svg.append(
          String.format(
              Locale.ROOT,
              "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
                  + "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.1f</text>%n",
              MARGIN,
              WIDTH - 20,
              y,
              y,
              MARGIN - 8,
              y + 4,
              tenth / 10.0));
    }
    List<Label> labels = new ArrayList<>();
    for (PolicyEvaluation.Result row : rows) {
      double x = MARGIN + row.costUsd() / span * (WIDTH - MARGIN - 300);
      double y = y(row.quality().estimate());
      String kind = row.name().startsWith("always") ? "one" : "own";
      svg.append(
          String.format(
              Locale.ROOT, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\"/>%n", kind, x, y));
      label(labels, x, y, row.name().replaceFirst("^always ", ""));
    }
    for (Label it : labels) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%.1f\" y=\"%.1f\">%s</text>%n",
              it.x() + 9,
              it.y() + 4,
              text(String.join(", ", it.names()))));
    }
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%d\">cost of 1,000 answers: $0 to $%.4f</text></svg>%n",
            MARGIN,
            HEIGHT - 8,
            1000 * span));
    return svg.toString();
  }

  /** Points that lie together share one line of names, or none could be read. */
  private static void label(List<Label> labels, double x, double y, String name) {
    for (Label it : labels) {
      if (Math.abs(it.x() - x) < WIDE && Math.abs(it.y() - y) < HIGH) {
        it.names().add(name);
        return;
      }
    }
    labels.add(new Label(x, y, new ArrayList<>(List.of(name))));
  }

  private static void seen(StringBuilder html, List<Comparisons.Seen> seen) {
    if (seen.isEmpty()) {
      return;
    }
    html.append("<h2>What was learned from</h2>\n<table>\n");
    html.append(
        "<tr><th></th><th>comparisons</th><th>mean score</th><th>cost of 1,000</th></tr>\n");
    for (Comparisons.Seen it : seen) {
      html.append(
          String.format(
              Locale.ROOT,
              "<tr><td>%s</td><td>%d</td><td>%.3f</td><td>$%.4f</td></tr>%n",
              text(it.target()),
              it.comparisons(),
              it.quality(),
              1000 * it.costUsd()));
    }
    html.append("</table>\n");
  }

  private static double y(double quality) {
    return HEIGHT - 40 - quality * (HEIGHT - 70);
  }

  private static void row(StringBuilder html, String name, String value) {
    html.append("<tr><td>").append(text(name)).append("</td><td>").append(text(value));
    html.append("</td></tr>\n");
  }

  private static String text(String raw) {
    return raw.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><title>A turn of the wheel</title><style>
      body {font: 15px/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #222}
      table {border-collapse: collapse; margin: 1em 0} td, th {padding: .25em .8em; border-bottom: 1px solid #ddd; text-align: left}
      .good {background: #e5f5e8; padding: .6em 1em} .bad {background: #fbeceb; padding: .6em 1em}
      svg {width: 100%; max-width: 60em} svg text {font-size: 11px; fill: #444} .grid {stroke: #e3e3e3}
      .own {fill: #1769aa} .one {fill: #b0b7bd}
      </style></head><body>
      """;
}
