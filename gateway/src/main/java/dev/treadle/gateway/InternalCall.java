package dev.treadle.gateway;

import dev.treadle.gateway.http.Headers;
import dev.treadle.gateway.upstream.Trouble;
import dev.treadle.gateway.upstream.Watch;
import dev.treadle.routing.Decision;
import dev.treadle.routing.Policy;
import dev.treadle.routing.Target;
import dev.treadle.store.Durability;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.Purpose;
import dev.treadle.transcript.TreadleException;
import dev.treadle.transcript.Usd;
import dev.treadle.transcript.dialect.Dialect;
import dev.treadle.transcript.dialect.ModelResponse;
import dev.treadle.transcript.dialect.Protocol;
import dev.treadle.transcript.dialect.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Calls of models that the gateway makes for itself: to judge an answer, or to see what another
 * model would have said. They go the way of a client's call (routes, attempts, breakers, prices)
 * and are kept as exchanges of their own, marked with their purpose. A failure is a value.
 */
final class InternalCall {
  private final Core core;

  /**
   * What is asked.
   *
   * @param model a route's name, {@code upstream/model}, or a model that a route answers for
   * @param chat a request in chat's form; its model and streaming are replaced
   * @param timeout of the whole, with all attempts
   * @param credentials header fields of the client for whose sake the call is made: for upstreams
   *     that are called with the caller's own key
   * @param subject the pseudonym of the person whose words are sent on
   * @param isKept whether an exchange is kept, where the route keeps any
   */
  record Question(
      String model,
      ObjectNode chat,
      Purpose purpose,
      Duration timeout,
      Headers credentials,
      Optional<String> subject,
      boolean isKept) {}

  /**
   * What came of it.
   *
   * @param target that was asked last, as upstream/model; empty where none was
   * @param text empty where there is an error, or the model only called tools
   * @param finish why the model ended, in chat's words
   * @param error why there is no answer, in a word; absent where there is one
   * @param exchange the id under which it is kept, where it is
   * @param message with the calls of tools, where there is an answer
   */
  record Answered(
      String model,
      Optional<String> target,
      String text,
      Optional<String> finish,
      Duration latency,
      Optional<Usd> cost,
      Optional<Usage> usage,
      Optional<String> error,
      String exchange,
      Optional<Message.Assistant> message) {
    boolean isAnswer() {
      return error.isEmpty();
    }
  }

  InternalCall(Core core) {
    this.core = core;
  }

  /** Asks for nobody in particular, with the gateway's own credentials. */
  Answered call(Routes routes, String model, ObjectNode chat, Purpose purpose, Duration timeout) {
    return call(
        routes, new Question(model, chat, purpose, timeout, new Headers(), Optional.empty(), true));
  }

  /** Asks, and waits for the whole answer. */
  Answered call(Routes routes, Question question) {
    Instant now = core.surroundings().clock().instant();
    CallNotes notes =
        new CallNotes(
            Exchange.newId(now, core.random()), now, Api.CHAT, core.surroundings().nanos());
    Optional<RouteSettings> found = route(routes, question);
    if (found.isEmpty()) {
      return failed(question, notes, "no_route");
    }
    RouteSettings route = found.get();
    byte[] body = body(question);
    notes.received(body, Map.of(), question.purpose(), question.subject());
    double random = core.random().nextDouble();
    Decision decision = Choice.of(route, notes, core, random);
    List<Target> chain =
        question.purpose() == Purpose.SHADOW
            ? List.of(decision.chain().getFirst()) // Another's answer is not this model's.
            : decision.chain();
    notes.routed(route, decision, random);
    Watch watch = core.watchdog().watch(shorter(question.timeout(), route.deadline()));
    try {
      Attempts.Request request =
          new Attempts.Request(
              Api.CHAT, Api.CHAT.path(), credentials(question), body, Envelope.read(body));
      Outcome outcome =
          new Attempts(routes, notes, watch, core.random(), request).run(chain, route.attempts());
      return switch (outcome) {
        case Outcome.Whole it -> whole(question, notes, it);
        case Outcome.Failed(Failure failure) -> failed(question, notes, failure);
        case Outcome.Streaming _ ->
            throw new IllegalStateException("a stream came although none was asked for");
      };
    } finally {
      core.watchdog().release(watch);
      core.metrics().called(notes);
      core.comparing().spent(notes.purpose(), notes.cost());
      if (question.isKept() && route.captures()) {
        core.capture().keepLater(notes);
      }
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** A route of that name; else a route of its own for an upstream; else who answers for it. */
  private static Optional<RouteSettings> route(Routes routes, Question question) {
    String model = question.model();
    Optional<RouteSettings> named = routes.named(model);
    if (named.isPresent()) {
      return named;
    }
    int slash = model.indexOf('/');
    boolean isTarget =
        slash > 0
            && slash < model.length() - 1
            && routes.backends().containsKey(model.substring(0, slash));
    return isTarget ? Optional.of(direct(Target.parse(model))) : routes.forModel(model);
  }

  private static RouteSettings direct(Target target) {
    return new RouteSettings(
        target.toString(),
        List.of(),
        new Policy.Chain(List.of(target)),
        true,
        Durability.GROUP_COMMIT,
        RouteSettings.OnCaptureFailure.ANSWER,
        RouteSettings.DEADLINE,
        RouteSettings.ATTEMPTS);
  }

  private static byte[] body(Question question) {
    ObjectNode body = question.chat().deepCopy();
    body.remove(List.of("stream", "stream_options"));
    body.put("model", question.model());
    return Json.write(body);
  }

  private static Headers credentials(Question question) {
    Headers headers = new Headers();
    question
        .credentials()
        .forEach(
            (name, value) -> {
              if (name.equals("authorization") || name.equals("x-api-key")) {
                headers.add(name, value);
              }
            });
    return headers.add("content-type", "application/json");
  }

  private Answered whole(Question question, CallNotes notes, Outcome.Whole outcome) {
    notes.used(
        outcome.facts().usage(), outcome.backend().cost(outcome.model(), outcome.facts().usage()));
    notes.answered(
        Exchange.State.ANSWERED,
        new Exchange.Answer(
            outcome.status(), false, 0, KeptBody.ofAnswer(outcome.body()), outcome.losses()),
        Optional.empty());
    Optional<ModelResponse.Choice> choice = choice(outcome.body());
    if (choice.isEmpty()) {
      return failed(question, notes, Trouble.BAD_ANSWER.wire());
    }
    return answered(question, notes, choice, Optional.empty());
  }

  private static Optional<ModelResponse.Choice> choice(byte[] body) {
    try {
      return Dialect.decodeResponse(Protocol.CHAT, (ObjectNode) Json.read(body)).choices().stream()
          .findFirst();
    } catch (TreadleException e) {
      return Optional.empty(); // JSON, but no answer of a model: told as bad_answer.
    }
  }

  private static Answered failed(Question question, CallNotes notes, Failure failure) {
    notes.answered(
        Exchange.State.FAILED,
        new Exchange.Answer(
            failure.error().status(),
            false,
            0,
            KeptBody.ofAnswer(failure.bodyFor(Api.CHAT)),
            List.of()),
        Optional.of(failure.word()));
    return failed(question, notes, failure.word());
  }

  private static Answered failed(Question question, CallNotes notes, String word) {
    return answered(question, notes, Optional.empty(), Optional.of(word));
  }

  private static Answered answered(
      Question question,
      CallNotes notes,
      Optional<ModelResponse.Choice> choice,
      Optional<String> error) {
    return new Answered(
        question.model(),
        notes.target(),
        choice.map(it -> it.message().content().plainText()).orElse(""),
        choice.flatMap(ModelResponse.Choice::finishReason),
        Duration.ofNanos(notes.total()),
        notes.cost(),
        notes.usage(),
        error,
        notes.id,
        choice.map(ModelResponse.Choice::message));
  }
}
