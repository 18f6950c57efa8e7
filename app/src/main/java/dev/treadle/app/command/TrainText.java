package dev.treadle.app.command;

import dev.treadle.app.workspace.Sizes;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Says to people what a training gave. */
final class TrainText {
  private TrainText() {}

  /** In one line. */
  static String summary(TrainResult it) {
    String steps = String.format(Locale.ROOT, "%,d steps", it.steps());
    if (it.losses().base().isPresent() && it.losses().tuned().isPresent()) {
      return String.format(
          Locale.ROOT,
          "%s; on what was held out the loss went from %.4f to %.4f",
          steps,
          it.losses().base().get(),
          it.losses().tuned().get());
    }
    return steps + "; nothing was held out to judge by";
  }

  static void print(PrintStream out, TrainResult it) {
    out.printf(
        Locale.ROOT,
        "Trained %,d parameters in %,d steps%s, %s: %,.0f tokens/s, %s of memory%n",
        it.parameters(),
        it.steps(),
        it.reason().equals("done") ? "" : " (ended by " + it.reason() + ")",
        duration(it.seconds()),
        it.tokensPerSecond(),
        Sizes.of(it.peakBytes()));
    it.resumedAt().ifPresent(step -> out.println("  went on after step " + step));
    data(out, it.data());
    losses(out, it);
    out.println("  " + (it.isAdapter() ? "adapter" : "model") + "  " + it.model());
    out.println("  checkpoints, log.jsonl, loss.png, report.html  in " + it.output());
    it.run().ifPresent(run -> out.println("  run  " + run));
    it.notes().forEach(note -> out.println("  note: " + note));
    if (it.isAdapter()) {
      out.println("Next: make one model of base and adapter");
      out.println(
          "  treadle merge --base "
              + it.base()
              + " --adapter "
              + it.model()
              + " --output "
              + it.output().resolve("merged_model"));
    }
  }

  static void print(PrintStream out, TrainFiles it) {
    out.println("Wrote what the processes need; nothing was started");
    out.println("  " + it.output().resolve("torchrun"));
    it.notes().forEach(note -> out.println("  note: " + note));
    out.println("Next: train, on every node; then say the same with --resume to check the result");
    out.println("  " + it.output().resolve("torchrun").resolve("run.sh"));
  }

  private static String duration(double seconds) {
    return seconds < 90
        ? String.format(Locale.ROOT, "%.1f s", seconds)
        : String.format(Locale.ROOT, "%.1f min", seconds / 60);
  }

  private static void data(PrintStream out, TrainResult.Inputs it) {
    out.printf(
        Locale.ROOT,
        "  on %s: %,d sequences of %,d tokens, of which %,d are learned%s%n",
        it.name(),
        it.examples(),
        it.tokens(),
        it.targetTokens(),
        it.cut() == 0 ? "" : String.format(Locale.ROOT, "; %,d were cut to fit", it.cut()));
    if (!it.skipped().isEmpty()) {
      List<String> reasons = new ArrayList<>();
      it.skipped()
          .forEach(
              (reason, count) -> reasons.add(String.format(Locale.ROOT, "%,d %s", count, reason)));
      out.println("  left out: " + String.join(", ", reasons));
      it.skippedFirst().stream().limit(3).forEach(note -> out.println("    " + note));
    }
  }

  private static void losses(PrintStream out, TrainResult it) {
    TrainResult.Losses losses = it.losses();
    if (losses.base().isEmpty() || losses.tuned().isEmpty()) {
      out.printf(
          Locale.ROOT,
          "  loss of the first step %s, of the last %s; nothing was held out to judge by%n",
          loss(losses.first()),
          loss(losses.last()));
      return;
    }
    out.printf(
        Locale.ROOT,
        "  on %,d held-out sequences (%,d tokens):%n",
        it.data().heldOut(),
        it.data().heldOutTargets());
    new Table()
        .row("", "loss", "perplexity")
        .row("base", loss(losses.base()), perplexity(losses.basePerplexity()))
        .row("tuned", loss(losses.tuned()), perplexity(losses.tunedPerplexity()))
        .print(out, "    ");
  }

  private static String loss(Optional<Double> loss) {
    return loss.map(it -> String.format(Locale.ROOT, "%.4f", it)).orElse("unknown");
  }

  private static String perplexity(Optional<Double> perplexity) {
    return perplexity
        .map(it -> String.format(Locale.ROOT, it < 100 ? "%.2f" : "%,.0f", it))
        .orElse("unknown");
  }
}
