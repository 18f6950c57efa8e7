package dev.treadle.gateway;

import dev.treadle.gateway.http.HttpRequest;
import dev.treadle.gateway.telemetry.AnswerMarks;
import dev.treadle.gateway.telemetry.GenAi;
import dev.treadle.gateway.telemetry.OpenSpan;
import dev.treadle.gateway.telemetry.OtlpSpans;
import dev.treadle.gateway.telemetry.RequestParameters;
import dev.treadle.gateway.upstream.Trouble;
import dev.treadle.routing.Decision;
import dev.treadle.routing.Target;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.RawJson;
import dev.treadle.transcript.dialect.Usage;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The span of one call of a model by a client, with all its attempts: as the conventions want a
 * retried operation told, and so that calls, tokens and times add up. An attempt that failed is an
 * event in it.
 *
 * <p>It is told when the call is over, out of what was written down anyway: where the exchange is
 * kept afterwards, on the thread that keeps it, which is also when its conversation is known. No
 * text of a prompt or an answer is ever in it: no redaction stands before a collector.
 */
final class CallSpan {
  private static final double NANOS = 1e9;
  private static final Set<String> CLIENTS =
      Set.of(Trouble.CLIENT_GONE.wire(), Trouble.CLIENT_STUCK.wire());

  private final OpenSpan span;
  private final Routes routes;
  private final EventLog log;
  private final byte[] request;
  private boolean isHandedOver;

  private CallSpan(OpenSpan span, Routes routes, EventLog log, byte[] request) {
    this.span = span;
    this.routes = routes;
    this.log = log;
    this.request = request;
  }

  /** Has a call answered within its span, which is named to the upstream. */
  static void run(OtlpSpans spans, ModelCall call, HttpRequest request, Routes routes, EventLog log)
      throws IOException {
    CallNotes notes = call.notes();
    CallSpan span =
        new CallSpan(spans.begin(notes.time, request.headers()), routes, log, request.body());
    notes.span = span;
    try {
      call.run();
    } finally {
      if (!span.isHandedOver) {
        span.end(notes);
      }
    }
  }

  /** From here on it is ended by whoever keeps the exchange. */
  void handOver() {
    isHandedOver = true;
  }

  void end(CallNotes notes) {
    try {
      if (span.isRecorded()) {
        tell(notes);
      }
    } catch (RuntimeException e) {
      // The boundary to what is only told: a call and the keeping of others must not suffer by it.
      log.say(
          EventLog.Level.ERROR,
          "span_failed",
          Map.of("exchange", notes.id, "why", String.valueOf(e)));
    } finally {
      span.end(notes.time.plusNanos(notes.total()));
    }
  }

  private void tell(CallNotes notes) {
    String operation = notes.api == Api.EMBEDDINGS ? "embeddings" : "chat";
    String asked = RequestParameters.read(request, span);
    String model =
        asked.isBlank() ? notes.lastAttempt().map(Exchange.Attempt::model).orElse("") : asked;
    span.name(model.isEmpty() ? operation : operation + " " + model);
    span.text(GenAi.OPERATION, operation);
    if (!model.isEmpty()) {
      span.text(GenAi.REQUEST_MODEL, model);
    }
    Optional<Backend> backend = notes.upstream().map(routes::backend);
    span.text(GenAi.PROVIDER, provider(notes, backend));
    backend.flatMap(it -> it.settings().base()).ifPresent(this::server);
    decided(notes);
    answered(notes);
    if (notes.isCached()) {
      span.text(GenAi.DECISION_SOURCE, Decision.Source.CACHE.wire());
    } else { // The tokens of a cached answer were told when they were spent.
      notes.usage().ifPresent(it -> used(notes.api, it));
    }
    ended(notes);
  }

  /** Whose API it was; the gateway's own name where nobody was to be asked. */
  private String provider(CallNotes notes, Optional<Backend> backend) {
    return backend
        .or(
            () ->
                notes
                    .answeredBy()
                    .or(() -> notes.decision().map(it -> it.chain().getFirst()))
                    .map(Target::upstream)
                    .map(it -> routes.backends().get(it)))
        .map(it -> it.settings().kind().name().toLowerCase(Locale.ROOT))
        .orElse("treadle");
  }

  private void server(URI base) {
    span.text(GenAi.SERVER_ADDRESS, base.getHost());
    int usual = "https".equalsIgnoreCase(base.getScheme()) ? 443 : 80;
    span.number(GenAi.SERVER_PORT, base.getPort() < 0 ? usual : base.getPort());
  }

  private void decided(CallNotes notes) {
    span.text(GenAi.EXCHANGE, notes.id);
    span.text(GenAi.PURPOSE, notes.purpose().wire());
    if (!notes.route().isEmpty()) {
      span.text(GenAi.ROUTE, notes.route());
    }
    notes.decision().ifPresent(it -> span.text(GenAi.DECISION_SOURCE, it.source().wire()));
    notes.target().ifPresent(it -> span.text(GenAi.TARGET, it));
    if (notes.attempts() > 0) {
      span.number(GenAi.ATTEMPTS, notes.attempts());
    }
    notes
        .conversation()
        .map(Exchange.ConversationMark::id)
        .or(notes::conversationHint)
        .ifPresent(it -> span.text(GenAi.CONVERSATION, it));
  }

  private void answered(CallNotes notes) {
    notes
        .answer()
        .filter(it -> it.status() < 400)
        .flatMap(Exchange.Answer::body)
        .map(RawJson::bytes)
        .ifPresent(it -> AnswerMarks.read(it, span));
    if (notes.answer().map(Exchange.Answer::streamed).orElse(false)) {
      notes
          .firstContent()
          .ifPresent(it -> span.decimal(GenAi.TIME_TO_FIRST_CHUNK, it.toNanos() / NANOS));
    }
  }

  private void used(Api api, Usage usage) {
    span.number(GenAi.INPUT_TOKENS, usage.inputTokens());
    if (api != Api.EMBEDDINGS) {
      span.number(GenAi.OUTPUT_TOKENS, usage.outputTokens());
    }
    some(GenAi.CACHE_READ_TOKENS, usage.cachedInputTokens());
    some(GenAi.CACHE_CREATION_TOKENS, usage.cacheWriteTokens());
    some(GenAi.REASONING_TOKENS, usage.reasoningTokens());
  }

  private void some(String name, long count) {
    if (count > 0) {
      span.number(name, count);
    }
  }

  private void ended(CallNotes notes) {
    for (Exchange.Attempt attempt : notes.madeAttempts()) {
      attempt
          .error()
          .filter(why -> !CLIENTS.contains(why)) // It did not fail: nobody waited for it any more.
          .ifPresent(
              why ->
                  span.attemptFailed(
                      notes.time.plus(attempt.start()).plus(attempt.length()),
                      attempt.upstream() + "/" + attempt.model(),
                      why,
                      attempt.status().orElse(0),
                      attempt.length().toNanos() / NANOS));
    }
    Optional<Failure> told = Optional.ofNullable(notes.told);
    told.map(it -> it.error().status())
        .or(() -> notes.answer().map(Exchange.Answer::status))
        .ifPresent(it -> span.number(GenAi.STATUS_CODE, it));
    told.map(Failure::word).or(notes::abortReason).ifPresent(span::failed);
  }
}
