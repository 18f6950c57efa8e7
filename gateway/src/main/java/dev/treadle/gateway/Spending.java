package dev.treadle.gateway;

import dev.treadle.gateway.limits.Ask;
import dev.treadle.gateway.limits.Reservation;
import dev.treadle.gateway.limits.Verdict;
import dev.treadle.gateway.upstream.Trouble;
import dev.treadle.routing.Target;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.JsonCursor;
import dev.treadle.transcript.Usd;
import dev.treadle.transcript.dialect.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What a call asks of its limits before it is made, and what it turns out to have taken. */
final class Spending {
  /** No tokenizer makes more of a text: so this is too high for most. */
  private static final int BYTES_A_TOKEN = 2;

  private static final long MOST_TOKENS = 10_000_000;

  private Spending() {}

  /**
   * What a call may take at the most.
   *
   * @param model that the client names
   * @param chain where it may go
   */
  static Ask ask(
      String key,
      String route,
      Api api,
      byte[] body,
      String model,
      List<Target> chain,
      Routes routes) {
    long input = (body.length + BYTES_A_TOKEN - 1L) / BYTES_A_TOKEN;
    OptionalLong output = api == Api.EMBEDDINGS ? OptionalLong.of(0) : output(body);
    return new Ask(key, route, input, output, tariff(model, chain, routes));
  }

  /** The tokens that a request allows of all answers that it asks for. */
  private static OptionalLong output(byte[] body) {
    long most = -1;
    long answers = 1;
    JsonCursor json = JsonCursor.of(body);
    json.enter();
    while (json.nextName()) {
      if (json.isNamed("max_tokens")
          || json.isNamed("max_completion_tokens")
          || json.isNamed("max_output_tokens")) {
        most = Math.max(most, number(json.numberOrEmpty(), -1));
      } else if (json.isNamed("n")) {
        answers = Math.max(1, number(json.numberOrEmpty(), 1));
      } else {
        json.skip();
      }
    }
    return most < 0 ? OptionalLong.empty() : OptionalLong.of(Math.min(MOST_TOKENS, most * answers));
  }

  private static long number(String written, long otherwise) {
    if (written.isEmpty() || written.length() > 20) {
      return otherwise;
    }
    double value = Double.parseDouble(written);
    return (long) Math.clamp(value, 0, MOST_TOKENS);
  }

  private static Optional<Ask.Tariff> tariff(String model, List<Target> chain, Routes routes) {
    Ask.Tariff highest = Ask.Tariff.FREE;
    for (Target target : chain) {
      Optional<Price> price =
          routes.backend(target.upstream()).settings().price(target.model().orElse(model));
      if (price.isEmpty()) {
        return Optional.empty();
      }
      Price it = price.get();
      BigDecimal input = it.input().max(it.cachedInput()).max(it.cacheWrite());
      highest = highest.or(new Ask.Tariff(input, it.output()));
    }
    return Optional.of(highest);
  }

  /** What to tell a client that may not call; nothing where it may. */
  static Optional<Failure> refusal(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Granted _ -> Optional.empty();
      case Verdict.TooFast(String message, Duration wait) ->
          Optional.of(Failure.own(Failure.Verdict.TELL, 429, "rate_limited", message).after(wait));
      case Verdict.TooDear(String message) ->
          Optional.of(Failure.own(Failure.Verdict.TELL, 402, "budget_spent", message));
      case Verdict.Unsafe(String message) ->
          Optional.of(Failure.own(Failure.Verdict.TELL, 503, "budget_unsafe", message));
    };
  }

  /**
   * Settles what a call took. Upstreams that refuse a call do not charge for it; of one that broke
   * off nobody says what it cost, so that what was set aside counts as spent.
   */
  static void settle(Reservation reservation, CallNotes notes) {
    long tokens = notes.usage().map(Spending::tokens).orElse(0L);
    BigDecimal usd = notes.cost().map(Usd::amount).orElse(BigDecimal.ZERO);
    if (isUncharged(notes)) {
      reservation.release();
    } else if (isUsageKnown(notes)) {
      reservation.settle(tokens, usd);
    } else {
      reservation.settleAtLeast(tokens, usd);
    }
  }

  /** Whether no upstream charges for it: none was asked, or each refused or was not reached. */
  private static boolean isUncharged(CallNotes notes) {
    return notes.state() == Exchange.State.FAILED
        && notes.madeAttempts().stream()
            .allMatch(it -> it.error().map(Spending::isUncharged).orElse(false));
  }

  private static boolean isUncharged(String error) {
    return error.startsWith("http_")
        || error.startsWith("stream_error_")
        || error.equals(Trouble.CONNECT_FAILED.wire())
        || error.equals(Trouble.BREAKER_OPEN.wire())
        || error.equals(Trouble.SATURATED.wire());
  }

  /** Whether the token counts that came are those of everything that is charged. */
  private static boolean isUsageKnown(CallNotes notes) {
    boolean isWhole =
        notes.state() == Exchange.State.ANSWERED
            || notes.answer().map(it -> !it.streamed()).orElse(false);
    return isWhole
        && notes.usage().isPresent()
        && notes.madeAttempts().stream()
            .allMatch(it -> it.error().map(Spending::isUncharged).orElse(true));
  }

  private static long tokens(Usage usage) {
    return usage.inputTokens() + usage.outputTokens();
  }
}
