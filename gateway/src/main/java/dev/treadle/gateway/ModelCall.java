package dev.treadle.gateway;

import dev.treadle.gateway.cache.SentBytes;
import dev.treadle.gateway.http.Headers;
import dev.treadle.gateway.http.HttpAnswer;
import dev.treadle.gateway.http.HttpRequest;
import dev.treadle.gateway.limits.Ask;
import dev.treadle.gateway.limits.Reservation;
import dev.treadle.gateway.limits.Verdict;
import dev.treadle.gateway.upstream.Trouble;
import dev.treadle.gateway.upstream.Watch;
import dev.treadle.routing.Decision;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One call of a model by a client: from the request's bytes to the answer and its record. */
final class ModelCall {
  static final String SHOULD_RETRY = "x-should-retry";
  private static final List<String> KEPT_HEADERS =
      List.of("user-agent", "anthropic-version", "anthropic-beta", "openai-beta", "x-app");
  private static final List<String> CONVERSATION_HEADERS =
      List.of("x-treadle-conversation", "x-session-id", "session_id", "conversation_id");

  private final Core core;
  private final Routes routes;
  private final Access.Caller caller;
  private final Api api;
  private final HttpRequest request;
  private final HttpAnswer answer;
  private final CallNotes notes;
  private @Nullable CacheVisit visit;
  private @Nullable Reservation reservation;

  ModelCall(
      Core core,
      Routes routes,
      Access.Caller caller,
      Api api,
      HttpRequest request,
      HttpAnswer answer) {
    this.core = core;
    this.routes = routes;
    this.caller = caller;
    this.api = api;
    this.request = request;
    this.answer = answer;
    Instant now = core.surroundings().clock().instant();
    this.notes =
        new CallNotes(Exchange.newId(now, core.random()), now, api, core.surroundings().nanos());
  }

  CallNotes notes() {
    return notes;
  }

  /** Answers the client. */
  void run() throws IOException {
    Envelope envelope;
    RouteSettings route;
    try {
      envelope = Envelope.read(request.body());
      route = route(envelope);
    } catch (TreadleException e) {
      boolean isForbidden = e.code() == GatewayError.NOT_ALLOWED;
      boolean isUnknown = e.code() == GatewayError.NO_UPSTREAM;
      int status = isForbidden ? 403 : isUnknown ? 404 : 400;
      String message = String.valueOf(e.getMessage());
      String word = isForbidden ? "not_allowed" : isUnknown ? "no_route" : "request_invalid";
      send(Failure.own(Failure.Verdict.TELL, status, word, message));
      return;
    }
    Keeping keeping = new Keeping(core, notes, route, request.headers());
    prepare(envelope);
    if (!keeping.mayBegin()) {
      send(Keeping.refusal());
      return;
    }
    if (route.cache().isPresent() && !isStateful(envelope) && isAnsweredBefore(route, keeping)) {
      return;
    }
    double random = core.random().nextDouble();
    Decision decision = Choice.of(route, notes, core, random);
    notes.routed(route, decision, random);
    if (core.limits().isOn() && !isWithinLimits(route, envelope, decision)) {
      return;
    }
    Watch watch = core.watchdog().watch(route.deadline());
    try {
      answer.onClientGone(
          how ->
              watch.end(
                  how == HttpAnswer.Departure.GONE ? Trouble.CLIENT_GONE : Trouble.CLIENT_STUCK));
      Attempts.Request asked =
          new Attempts.Request(api, pathAndQuery(), request.headers(), request.body(), envelope);
      Outcome outcome =
          new Attempts(routes, notes, watch, core.random(), asked)
              .run(decision.chain(), route.attempts());
      switch (outcome) {
        case Outcome.Whole it -> whole(it, keeping);
        case Outcome.Streaming it ->
            new StreamDelivery(this, keeping, notes, api, answer, watch).run(it);
        case Outcome.Failed(Failure failure) -> failed(failure, keeping);
      }
    } catch (RuntimeException e) {
      if (notes.answer().isEmpty()) {
        notes.ended(Exchange.State.FAILED, Optional.of("gateway_failure"));
        keeping.cancelled();
      }
      throw e;
    } finally {
      core.watchdog().release(watch);
      core.metrics().called(notes);
      if (reservation != null) {
        Spending.settle(reservation, notes);
      }
    }
  }

  /** Whether an answer follows from a conversation that the vendor keeps, which grows by each. */
  private boolean isStateful(Envelope envelope) {
    return api == Api.RESPONSES && envelope.conversation().isPresent();
  }

  /** Gives the cache's answer, if it has one: it takes a request, but neither tokens nor money. */
  private boolean isAnsweredBefore(RouteSettings route, Keeping keeping) throws IOException {
    visit = core.caching().visit(routes, route, caller, request, notes.time);
    if (visit == null || visit.found().isEmpty()) {
      return false;
    }
    Optional<Failure> refusal =
        core.limits().isOn()
            ? Spending.refusal(core.limits().take(Ask.ofRequest(caller.name(), route.name())))
            : Optional.empty();
    if (refusal.isPresent()) {
      send(refusal.get());
    } else {
      new CachedDelivery(core, this, keeping, notes, answer).run(route, visit.found().get());
    }
    return true;
  }

  /** Sets aside what the call may take; false where it may not, which the client is told then. */
  private boolean isWithinLimits(RouteSettings route, Envelope envelope, Decision decision)
      throws IOException {
    Verdict verdict =
        core.limits()
            .take(
                Spending.ask(
                    caller.name(),
                    route.name(),
                    api,
                    request.body(),
                    envelope.model(),
                    decision.chain(),
                    routes));
    if (verdict instanceof Verdict.Granted(Reservation granted)) {
      reservation = granted;
      return true;
    }
    send(Spending.refusal(verdict).orElseThrow());
    return false;
  }

  private RouteSettings route(Envelope envelope) {
    Optional<String> named = request.headers().first("x-treadle-route");
    boolean isOpen = envelope.model().isEmpty();
    Optional<RouteSettings> found =
        named.isPresent()
            ? routes.named(named.get())
            : isOpen ? routes.named(Routes.DEFAULT) : routes.forModel(envelope.model());
    RouteSettings route =
        found.orElseThrow(
            () ->
                GatewayError.NO_UPSTREAM.because(
                    named
                        .map(it -> "there is no route '" + it + "'")
                        .orElseGet(
                            () ->
                                isOpen
                                    ? "the body has no 'model', and there is no route named default"
                                    : "no route answers for the model '"
                                        + envelope.model()
                                        + "', and there is none named default")));
    if (!caller.mayUse(route.name())) {
      throw GatewayError.NOT_ALLOWED.because(
          "the key '" + caller.name() + "' may not use the route '" + route.name() + "'");
    }
    return route;
  }

  private void prepare(Envelope envelope) {
    Headers headers = request.headers();
    Map<String, String> kept = new LinkedHashMap<>();
    for (String name : KEPT_HEADERS) {
      headers.first(name).ifPresent(it -> kept.put(name, it));
    }
    String who = envelope.user().orElse(caller.name());
    notes.received(
        request.body(), kept, caller.purpose(headers), Optional.of(core.capture().pseudonym(who)));
    if (core.comparing().isOn()) {
      notes.credentials(headers);
    }
    Optional<String> header = firstOf(headers, CONVERSATION_HEADERS);
    notes.conversation(
        header
            .or(envelope::conversation)
            .map(it -> Conversations.named(core.capture().pseudonym(caller.name() + '\n' + it))),
        header.isPresent());
  }

  private static Optional<String> firstOf(Headers headers, List<String> names) {
    for (String name : names) {
      Optional<String> value = headers.first(name);
      if (value.isPresent()) {
        return value;
      }
    }
    return Optional.empty();
  }

  private String pathAndQuery() {
    return request.query().map(it -> request.path() + "?" + it).orElse(request.path());
  }

  private void whole(Outcome.Whole outcome, Keeping keeping) throws IOException {
    notes.used(
        outcome.facts().usage(), outcome.backend().cost(outcome.model(), outcome.facts().usage()));
    notes.contentSent();
    notes.answered(
        Exchange.State.ANSWERED,
        new Exchange.Answer(
            outcome.status(), false, 0, KeptBody.ofAnswer(kept(outcome)), outcome.losses()),
        Optional.empty());
    if (!keeping.isSafe()) {
      send(Keeping.refusal());
      return;
    }
    Headers headers = Backend.passedBack(outcome.headers());
    headers.set("content-type", "application/json");
    if (visit != null) { // Before it is sent: who has it may ask again at once.
      visit.keep(notes, SentBytes.of(outcome.body()));
    }
    try {
      answer.send(outcome.status(), signed(headers, outcome.losses()), outcome.body());
    } catch (IOException e) {
      if (visit != null) {
        visit.withdraw();
      }
      notes.ended(Exchange.State.CANCELLED, Optional.of(Trouble.CLIENT_GONE.wire()));
      throw e;
    } finally {
      keeping.answered();
    }
  }

  /** Vectors are large, and nobody trains on them. */
  private byte[] kept(Outcome.Whole outcome) {
    return api == Api.EMBEDDINGS ? new byte[0] : outcome.body();
  }

  /** What the call has to do with the cache; null on a route without one. */
  @Nullable CacheVisit visit() {
    return visit;
  }

  /** Tells the client why there is no answer, and keeps that. */
  private void failed(Failure failure, Keeping keeping) throws IOException {
    boolean isClients = failure.error().status() == 499;
    byte[] body = failure.bodyFor(api);
    notes.answered(
        isClients ? Exchange.State.CANCELLED : Exchange.State.FAILED,
        new Exchange.Answer(failure.error().status(), false, 0, KeptBody.ofAnswer(body), List.of()),
        Optional.of(failure.word()));
    if (isClients) {
      keeping.cancelled();
      return;
    }
    if (!keeping.isSafe()) {
      send(Keeping.refusal());
      return;
    }
    try {
      send(failure);
    } finally {
      keeping.answered();
    }
  }

  /** Tells the client a failure. */
  void send(Failure failure) throws IOException {
    notes.told = failure;
    Headers headers =
        failure.verbatim().map(it -> Backend.passedBack(it.headers())).orElseGet(Headers::new);
    headers.set("content-type", "application/json");
    failure.retryAfterSeconds().ifPresent(it -> headers.set("retry-after", it));
    boolean isStopping = failure.word().equals(Trouble.STOPPING.wire());
    boolean isSpent = failure.error().status() == 402;
    if ((failure.verdict() != Failure.Verdict.TELL && !isStopping) || isSpent) {
      // The client's own retries on top of ours would only multiply them.
      headers.set(SHOULD_RETRY, "false");
    }
    answer.send(failure.error().status(), signed(headers, List.of()), failure.bodyFor(api));
  }

  /** What the gateway says about itself. */
  Headers signed(Headers headers, List<String> losses) {
    if (visit != null && visit.found().isEmpty()) {
      headers.set(CacheVisit.CACHE, "miss");
    }
    return Signature.of(notes, losses, headers);
  }
}
