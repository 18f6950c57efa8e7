package dev.treadle.app.command;

import dev.treadle.app.workspace.Sizes;
import dev.treadle.intake.ImportReport;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;

/** An import's result for people. */
final class ImportText {
  private static final int SHOWN_PROBLEMS = 8;

  private ImportText() {}

  static void print(PrintStream out, ImportRun.Result result) {
    ImportReport report = result.report();
    out.printf(
        Locale.ROOT,
        "Read %,d files, %s, %,d lines in %.1f s%s%n",
        report.filesRead(),
        Sizes.of(report.bytesRead()),
        report.linesRead(),
        result.seconds(),
        report.filesUnchanged() == 0
            ? ""
            : " (" + report.filesUnchanged() + " unchanged, not opened)");
    Table lines = new Table();
    report.lines().entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(entry -> lines.row(entry.getKey(), entry.getValue()));
    lines.print(out, "  ");
    out.printf(
        Locale.ROOT,
        "Conversations: %,d (%,d of agents, %,d after a rewind) of %,d messages%n",
        report.conversations(),
        report.agents(),
        report.branches(),
        report.messages());
    new Table()
        .row("tool results paired with their call", report.pairedResults())
        .row("tool results whose call is not in the file", report.unpairedResults())
        .row("calls without a result", report.unansweredCalls())
        .row("turns that nobody answered", report.unansweredTurns())
        .row("replays of another session, left out", report.replayed())
        .row("messages whose parent was missing", report.repairedParents())
        .print(out, "  ");
    out.printf(
        Locale.ROOT,
        "In the lake: %,d added, %,d revised, %,d unchanged%s%n",
        report.added(),
        report.revised(),
        report.unchanged(),
        (report.tooLarge() == 0 ? "" : ", " + report.tooLarge() + " too large and not taken")
            + (report.forgotten() == 0
                ? ""
                : ", " + report.forgotten() + " forgotten and not taken"));
    if (!result.redacted().isEmpty()) {
      out.println("Redacted before anything was written:");
      Table redacted = new Table();
      result.redacted().forEach(redacted::row);
      redacted.print(out, "  ");
    }
    problems(out, report);
  }

  private static void problems(PrintStream out, ImportReport report) {
    if (report.problemCount() == 0) {
      return;
    }
    out.printf(
        Locale.ROOT, "Problems: %,d (passed over and counted above)%n", report.problemCount());
    report.problems().stream()
        .limit(SHOWN_PROBLEMS)
        .forEach(problem -> out.println("  " + problem));
    if (report.problemCount() > SHOWN_PROBLEMS) {
      out.println("  … the first " + report.problems().size() + " are in the result with --json");
    }
  }
}
