package dev.treadle.training.report;

import dev.treadle.training.settings.SettingKey;
import dev.treadle.training.settings.TrainingSettings;
import dev.treadle.transcript.Json;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * What a run was and how it went, as one HTML page that needs nothing beside it: the curve with its
 * numbers, figures, evaluations, checkpoints, what was trained on and what was left out, all
 * settings. Texts in it came from outside and are only shown.
 */
public final class TrainingReport {
  private final String title;
  private final List<LogEntry> entries;
  private final StringBuilder page = new StringBuilder(1 << 16);

  private TrainingReport(String title, List<LogEntry> entries) {
    this.title = title;
    this.entries = List.copyOf(entries);
  }

  /** The page, to be written as UTF-8. */
  public static String html(String title, List<LogEntry> entries) {
    return new TrainingReport(title, entries).html();
  }

  private String html() {
    page.append(ReportStyle.HEAD.replace("TITLE", Html.escaped(title)));
    page.append("<h1>").append(Html.escaped(title)).append("</h1>\n");
    page.append("<p>").append(Html.escaped(state())).append("</p>\n");
    figures();
    page.append("<figure>\n").append(LossCurve.of(entries).svg()).append("</figure>\n");
    evaluations();
    checkpoints();
    start().ifPresent(this::subject);
    start().ifPresent(it -> settings(it.settings()));
    return page.append("</main>\n").toString();
  }

  /** How far it came: what stands last, an end or a going on after it. */
  private String state() {
    Optional<LogEntry> last =
        all(LogEntry.class)
            .filter(it -> it instanceof LogEntry.End || it instanceof LogEntry.Resume)
            .reduce((_, later) -> later);
    int steps = entries.stream().mapToInt(LogEntry::step).max().orElse(0);
    String of = start().map(it -> " of " + Figures.count(it.steps())).orElse("");
    String resumed =
        switch ((int) all(LogEntry.Resume.class).count()) {
          case 0 -> "";
          case 1 -> ", resumed once";
          default -> ", resumed " + all(LogEntry.Resume.class).count() + " times";
        };
    String began = start().map(it -> ", begun " + it.at()).orElse("");
    return last.filter(LogEntry.End.class::isInstance)
        .map(LogEntry.End.class::cast)
        .map(
            it ->
                "Ended (%s) after %s%s steps%s%s, ended %s."
                    .formatted(it.reason(), Figures.count(it.step()), of, resumed, began, it.at()))
        .orElse(
            "Not ended: %s%s steps are done%s%s."
                .formatted(Figures.count(steps), of, resumed, began));
  }

  private void figures() {
    List<LogEntry.Step> steps = all(LogEntry.Step.class).toList();
    Smoothing smoothing = Smoothing.of(steps.size());
    steps.forEach(it -> smoothing.next(it.loss()));
    page.append("<dl>\n");
    if (!steps.isEmpty()) {
      LogEntry.Step last = steps.getLast();
      figure("loss, smoothed", Figures.loss(smoothing.value()));
      best()
          .ifPresent(
              it ->
                  figure(
                      "best validation loss",
                      Figures.loss(it.loss()) + " at step " + Figures.count(it.step())));
      long tokens = steps.stream().mapToLong(LogEntry.Step::tokens).sum();
      figure("tokens", Figures.count(tokens));
      figure(
          "of them targets",
          Figures.count(steps.stream().mapToLong(LogEntry.Step::targetTokens).sum()));
      figure("tokens a second, median", Figures.count(Math.round(median(steps))));
      figure("time", Figures.duration(Duration.ofMillis(Math.round(last.seconds() * 1000))));
      long memory = steps.stream().mapToLong(LogEntry.Step::memoryBytes).max().orElse(0);
      figure("memory at most", Figures.bytes(memory));
    }
    page.append("</dl>\n");
  }

  private void figure(String name, String value) {
    page.append("<div><dt>").append(name).append("</dt><dd>");
    page.append(Html.escaped(value)).append("</dd></div>\n");
  }

  private static double median(List<LogEntry.Step> steps) {
    List<Double> sorted =
        steps.stream()
            .map(LogEntry.Step::tokensPerSecond)
            .filter(Double::isFinite)
            .sorted()
            .toList();
    return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
  }

  private Optional<LogEntry.Evaluation> best() {
    return all(LogEntry.Evaluation.class)
        .filter(it -> Double.isFinite(it.loss()))
        .min(Comparator.comparingDouble(LogEntry.Evaluation::loss));
  }

  private void evaluations() {
    List<LogEntry.Evaluation> found = all(LogEntry.Evaluation.class).toList();
    if (found.isEmpty()) {
      return;
    }
    heading("Evaluations");
    table("step", "epoch", "validation loss", "perplexity", "tokens right", "target tokens", "");
    for (LogEntry.Evaluation it : found) {
      row(
          Figures.count(it.step()),
          Figures.plain(it.epoch()),
          Figures.loss(it.loss()),
          Figures.loss(Math.exp(it.loss())),
          it.accuracy().map(Figures::share).orElse("not counted"),
          Figures.count(it.targetTokens()),
          it.isBest() ? "best so far" : "");
    }
    page.append("</table>\n");
  }

  private void checkpoints() {
    List<LogEntry.Checkpoint> found = all(LogEntry.Checkpoint.class).toList();
    if (found.isEmpty()) {
      return;
    }
    heading("Checkpoints that were kept");
    page.append("<p>Older ones may be gone by now.</p>\n");
    table("step", "folder", "");
    found.forEach(
        it -> row(Figures.count(it.step()), it.folder(), it.isBest() ? "best so far" : ""));
    page.append("</table>\n");
  }

  private void subject(LogEntry.Start it) {
    heading("What was trained on what");
    table("", "");
    row("base", it.base());
    row("hash of its weights", it.baseHash());
    row("dataset", it.dataset());
    row("its hash", it.datasetHash());
    row("numbers that are trained", Figures.count(it.parameters()));
    row("examples", Figures.count(it.examples()));
    row("rows they fill", Figures.count(it.rows()));
    row("tokens in an epoch", Figures.count(it.tokens()));
    row("of them targets", Figures.count(it.targetTokens()));
    row("examples for validation", Figures.count(it.validationExamples()));
    for (Map.Entry<String, Long> skipped : it.skipped().entrySet()) {
      row("left out: " + skipped.getKey(), Figures.count(skipped.getValue()));
    }
    page.append("</table>\n");
  }

  /** What is not as it would be by itself stands out. */
  private void settings(JsonNode given) {
    // Both as they are read from a file: there, equal numbers are equal.
    JsonNode settings = Json.read(Json.write(given));
    JsonNode usual = Json.read(Json.write(TrainingSettings.defaults().toJson()));
    heading("Settings");
    page.append("<p>In bold: other than the default.</p>\n");
    table("key", "value");
    for (SettingKey it : SettingKey.ALL) {
      JsonNode value = settings.path(it.section()).path(it.name());
      if (!value.isMissingNode()) {
        boolean isUsual = value.equals(usual.path(it.section()).path(it.name()));
        page.append(isUsual ? "<tr>" : "<tr class=\"chosen\">");
        cells(it.path(), said(value));
      }
    }
    page.append("</table>\n");
  }

  private static String said(JsonNode value) {
    if (value.isNumber() && !value.isIntegralNumber()) {
      return Figures.plain(value.doubleValue());
    }
    return value.isString() ? value.stringValue() : value.toString();
  }

  private void heading(String text) {
    page.append("<h2>").append(text).append("</h2>\n");
  }

  private void table(String... heads) {
    page.append("<table>\n");
    if (heads.length > 0 && !heads[0].isEmpty()) {
      page.append("<tr>");
      for (String it : heads) {
        page.append("<th>").append(it.toLowerCase(Locale.ROOT)).append("</th>");
      }
      page.append("</tr>\n");
    }
  }

  private void row(String... cells) {
    page.append("<tr>");
    cells(cells);
  }

  private void cells(String... cells) {
    for (String it : cells) {
      page.append("<td>").append(Html.escaped(it)).append("</td>");
    }
    page.append("</tr>\n");
  }

  private Optional<LogEntry.Start> start() {
    return all(LogEntry.Start.class).findFirst();
  }

  private <E extends LogEntry> Stream<E> all(Class<E> type) {
    return entries.stream().filter(type::isInstance).map(type::cast);
  }
}
