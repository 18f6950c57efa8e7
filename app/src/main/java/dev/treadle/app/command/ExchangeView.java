package dev.treadle.app.command;

import dev.treadle.app.workspace.AppError;
import dev.treadle.store.Lake;
import dev.treadle.store.Lines;
import dev.treadle.store.Stream;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.ExchangeCodec;
import dev.treadle.transcript.Feedback;
import dev.treadle.transcript.FeedbackCodec;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.RawJson;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One call through the gateway for reading: what was asked, decided, attempted and answered. */
final class ExchangeView {
  private ExchangeView() {}

  static void print(PrintStream out, Lake lake, String id, boolean json) {
    byte[] line = find(lake, id);
    if (json) {
      out.println(new String(line, StandardCharsets.UTF_8));
      return;
    }
    Exchange it = ExchangeCodec.decode(line, sha256 -> lake.blobs().get(sha256));
    print(out, it);
    feedback(out, lake, it);
  }

  /** The last revision; the log is read once, without its ids in memory. */
  private static byte[] find(Lake lake, String id) {
    byte @Nullable [] found = null;
    String foundId = "";
    try (Lines lines = lake.read(Stream.EXCHANGES)) {
      while (lines.hasNext()) {
        byte[] line = lines.next().json();
        String of = Outline.of(line).id;
        if (of.startsWith(id) && (found == null || of.equals(foundId))) {
          found = line;
          foundId = of;
        }
      }
    }
    if (found == null) {
      throw AppError.NOT_FOUND.because(
          "no call in the lake has an id that begins with '"
              + id
              + "': treadle data query 'select id, route, state from exchanges' names them");
    }
    return found;
  }

  private static void print(PrintStream out, Exchange it) {
    out.println(it.id() + "  " + it.state().wire());
    out.println("time: " + it.time());
    out.println("asked: " + it.path() + " for " + it.route() + ", " + it.purpose().wire());
    it.subject().ifPresent(subject -> out.println("subject: " + subject));
    it.conversation()
        .ifPresent(mark -> out.println("conversation: " + mark.id() + ", turn " + mark.turn()));
    it.decision()
        .ifPresent(
            decision ->
                out.printf(
                    Locale.ROOT,
                    "decided: %s by %s with chance %.3f: %s%n",
                    decision.target(),
                    decision.policy(),
                    decision.propensity(),
                    decision.reason()));
    for (Exchange.Attempt attempt : it.attempts()) {
      out.println(
          "attempt: "
              + attempt.upstream()
              + " "
              + attempt.model()
              + ", "
              + attempt.status().map(String::valueOf).orElse("no status")
              + " after "
              + millis(attempt.length())
              + attempt.error().map(error -> ", " + error).orElse("")
              + attempt.message().map(message -> ": " + message).orElse(""));
    }
    it.usage()
        .ifPresent(
            usage -> out.println("tokens: " + usage.input() + " in, " + usage.output() + " out"));
    it.cost().ifPresent(cost -> out.println("cost: $" + cost.amount().toPlainString()));
    out.println(
        "took: "
            + millis(it.timings().total())
            + it.timings().firstContent().map(time -> ", first content " + millis(time)).orElse("")
            + ", "
            + millis(it.timings().added())
            + " of it in the gateway");
    it.abortReason().ifPresent(reason -> out.println("ended by: " + reason));
    it.extra().forEach((name, value) -> out.println(name + ": " + value));
    body(out, "request", it.request());
    body(out, "answer", it.answer().flatMap(Exchange.Answer::body));
  }

  private static String millis(Duration duration) {
    return String.format(Locale.ROOT, "%.1f ms", duration.toNanos() / 1e6);
  }

  private static void body(PrintStream out, String name, Optional<RawJson> body) {
    body.ifPresent(
        json -> {
          out.println();
          out.println("── " + name);
          out.println(Json.pretty(json.tree()));
        });
  }

  private static void feedback(PrintStream out, Lake lake, Exchange it) {
    try (Lines lines = lake.latest(Stream.FEEDBACK)) {
      while (lines.hasNext()) {
        byte[] line = lines.next().json();
        Feedback said = FeedbackCodec.decode(line);
        if (said.exchange().filter(it.id()::equals).isPresent()) {
          out.println();
          out.println("── feedback");
          out.println(Json.pretty(Json.read(line)));
        }
      }
    }
  }
}
