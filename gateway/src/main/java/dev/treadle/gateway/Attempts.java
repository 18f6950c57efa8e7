package dev.treadle.gateway;

import dev.treadle.gateway.http.Headers;
import dev.treadle.gateway.upstream.CallFailed;
import dev.treadle.gateway.upstream.Trouble;
import dev.treadle.gateway.upstream.UpstreamAnswer;
import dev.treadle.gateway.upstream.Watch;
import dev.treadle.routing.Target;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import dev.treadle.transcript.dialect.ApiError;
import dev.treadle.transcript.dialect.Dialect;
import dev.treadle.transcript.dialect.ModelRequest;
import dev.treadle.transcript.dialect.ModelResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks the targets of a decision until one answers: first each in turn, then, after a pause, those
 * again that may do better. One deadline and one number of attempts hold for all of them.
 */
final class Attempts {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);
  private static final Duration LONGEST_RETRY_AFTER = Duration.ofSeconds(30);

  private final Routes routes;
  private final CallNotes notes;
  private final Watch watch;
  private final RandomGenerator random;
  private final Request request;
  private final Set<Target> excluded = new HashSet<>();
  private int made;
  private @Nullable ModelRequest decoded;

  /**
   * What is asked.
   *
   * @param path with the query
   */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  record Request(Api api, String path, Headers headers, byte[] body, Envelope envelope) {}

  Attempts(Routes routes, CallNotes notes, Watch watch, RandomGenerator random, Request request) {
    this.routes = routes;
    this.notes = notes;
    this.watch = watch;
    this.random = random;
    this.request = request;
  }

  /** The first answer, or the failure to tell the client. */
  Outcome run(List<Target> chain, int limit) {
    Failure told = null;
    for (int round = 0; round < limit; round++) {
      Duration pause = backoff(round);
      for (Target target : chain) {
        if (excluded.contains(target) || made >= limit) {
          continue;
        }
        Outcome outcome = attempt(target);
        if (!(outcome instanceof Outcome.Failed(Failure failure))) {
          return outcome;
        }
        told = worth(told, failure);
        switch (failure.verdict()) {
          case TELL, OVER -> {
            return outcome;
          }
          case NEXT -> excluded.add(target);
          case RETRY -> pause = longer(pause, failure.retryAfter());
        }
      }
      boolean isLast = made >= limit || round + 1 >= limit || excluded.containsAll(chain);
      boolean isTooLong =
          pause.compareTo(LONGEST_RETRY_AFTER) > 0 || pause.compareTo(watch.left()) >= 0;
      if (isLast || isTooLong) {
        break;
      }
      if (!watch.pause(pause)) {
        return new Outcome.Failed(over());
      }
    }
    return new Outcome.Failed(told == null ? nobody() : told);
  }

  private static Duration longer(Duration pause, Optional<Duration> asked) {
    return asked.filter(it -> it.compareTo(pause) > 0).orElse(pause);
  }

  /** Of two failures the one that says more: an upstream's own words before "left alone". */
  private static Failure worth(@Nullable Failure before, Failure now) {
    boolean saysLittle =
        now.word().equals(Trouble.BREAKER_OPEN.wire())
            || now.word().equals(Trouble.SATURATED.wire());
    return before != null && saysLittle ? before : now;
  }

  /** Doubling, and between half and all of it: so that clients that failed together part. */
  private Duration backoff(int round) {
    long full = Math.min(LONGEST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << Math.min(round, 10));
    return Duration.ofMillis(full / 2 + (long) (random.nextDouble() * full / 2));
  }

  private Failure over() {
    Trouble trouble = watch.trouble();
    return Failure.of(
        new CallFailed(
            trouble == null ? Trouble.DEADLINE : trouble,
            "the call ended while it waited to retry"));
  }

  private Failure nobody() {
    return Failure.own(
        Failure.Verdict.TELL,
        400,
        "no_upstream",
        "no upstream of this route understands " + request.path());
  }

  private Outcome attempt(Target target) {
    Backend backend = routes.backend(target.upstream());
    String model = target.model().orElse(request.envelope().model());
    if (model.isEmpty()) {
      return new Outcome.Failed(
          Failure.own(
              Failure.Verdict.TELL,
              400,
              "no_model",
              "the body has no 'model', and the route's target " + target + " names none"));
    }
    Optional<Api> api = backend.apiFor(request.api());
    if (api.isEmpty()) {
      excluded.add(target);
      return new Outcome.Failed(
          Failure.own(
              Failure.Verdict.NEXT,
              400,
              "no_translation",
              "upstream " + backend.name() + " does not understand " + request.path()));
    }
    made++;
    long since = notes.now();
    Outcome outcome;
    try {
      outcome = call(backend, api.get(), model);
    } catch (CallFailed e) {
      made -= e.trouble() == Trouble.BREAKER_OPEN ? 1 : 0; // It was not asked.
      outcome = new Outcome.Failed(Failure.of(e));
    }
    switch (outcome) {
      case Outcome.Whole it ->
          notes.attempted(target, model, since, Optional.of(it.status()), null);
      case Outcome.Streaming it ->
          notes.attempted(target, model, since, Optional.of(it.status()), null);
      case Outcome.Failed(Failure failure) ->
          notes.attempted(
              target,
              model,
              since,
              failure.word().startsWith("http_")
                  ? Optional.of(failure.error().status())
                  : Optional.empty(),
              failure);
    }
    return outcome;
  }

  private Outcome call(Backend backend, Api api, String model) throws CallFailed {
    boolean isSame = api == request.api();
    byte[] body;
    List<String> losses = List.of();
    if (isSame) {
      body = request.envelope().bytesFor(model, asksForUsage(backend, api));
    } else {
      Dialect.Encoded encoded;
      try {
        encoded = Dialect.encodeRequest(api.protocol(), decoded().withModel(model));
      } catch (TreadleException e) {
        return new Outcome.Failed(
            Failure.own(
                Failure.Verdict.TELL, 400, "no_translation", String.valueOf(e.getMessage())));
      }
      losses = encoded.losses();
      if (asksForUsage(backend, api) && request.envelope().stream()) {
        encoded.body().putObject("stream_options").put("include_usage", true);
      }
      body = Json.write(encoded.body());
    }
    Headers headers = backend.headersFor(request.headers(), isSame);
    String path = isSame ? request.path() : api.path();
    boolean streams = request.envelope().stream() && api != Api.EMBEDDINGS;
    UpstreamAnswer answer = backend.upstream().call("POST", path, headers, body, streams, watch);
    return streams
        ? stream(backend, api, model, answer, losses)
        : whole(backend, api, model, answer, losses);
  }

  private static boolean asksForUsage(Backend backend, Api api) {
    return api == Api.CHAT && backend.settings().asksForUsage();
  }

  private ModelRequest decoded() {
    ModelRequest known = decoded;
    if (known == null) {
      known =
          Dialect.decodeRequest(request.api().protocol(), (ObjectNode) Json.read(request.body()));
      decoded = known;
    }
    return known;
  }

  private Outcome whole(
      Backend backend, Api api, String model, UpstreamAnswer answer, List<String> losses)
      throws CallFailed {
    try (answer) {
      byte[] body = readAll(answer);
      int status = answer.status();
      if (status < 200 || status >= 300) {
        return failed(answer, api, status, body);
      }
      boolean isJson = answer.headers().mediaType().map(Attempts::isJson).orElse(true);
      Optional<AnswerFacts> facts =
          isJson ? AnswerFacts.of(api.protocol(), body) : Optional.empty();
      if (facts.isEmpty()) {
        throw bad(answer, backend, isJson ? "an answer that is not JSON" : mediaType(answer));
      }
      if (facts.get().error().isPresent()) {
        answer.succeeded();
        ObjectNode error = Json.object().set("error", facts.get().error().get());
        return new Outcome.Failed(Failure.inStream(ApiError.decode(api.protocol(), 200, error)));
      }
      if (api != request.api()) {
        return translated(backend, api, model, answer, body, facts.get(), losses);
      }
      answer.succeeded();
      return new Outcome.Whole(backend, model, status, answer.headers(), body, facts.get(), losses);
    }
  }

  private Outcome translated(
      Backend backend,
      Api api,
      String model,
      UpstreamAnswer answer,
      byte[] body,
      AnswerFacts facts,
      List<String> losses)
      throws CallFailed {
    Dialect.Encoded encoded;
    try {
      ModelResponse response = Dialect.decodeResponse(api.protocol(), (ObjectNode) Json.read(body));
      if (response.created().isEmpty()) {
        response = response.withCreated(notes.time.getEpochSecond());
      }
      encoded = Dialect.encodeResponseWithLosses(request.api().protocol(), response);
    } catch (TreadleException e) {
      throw bad(answer, backend, "an answer that cannot be translated: " + e.getMessage());
    }
    answer.succeeded();
    List<String> all = new ArrayList<>(losses);
    all.addAll(encoded.losses());
    return new Outcome.Whole(
        backend, model, answer.status(), answer.headers(), Json.write(encoded.body()), facts, all);
  }

  private static byte[] readAll(UpstreamAnswer answer) throws CallFailed {
    try {
      return answer.readAll();
    } catch (CallFailed e) {
      answer.failed(e.trouble());
      throw e;
    }
  }

  private Outcome failed(UpstreamAnswer answer, Api api, int status, byte[] body) {
    if (status >= 500) {
      answer.failed(Trouble.BAD_ANSWER);
    } else {
      answer.succeeded();
    }
    int told = status < 400 ? 502 : status;
    return new Outcome.Failed(Failure.of(told, api, answer.headers(), body, notes.time));
  }

  private static boolean isJson(String mediaType) {
    return mediaType.equals("application/json") || mediaType.endsWith("+json");
  }

  private static String mediaType(UpstreamAnswer answer) {
    return "an answer of type " + answer.headers().mediaType().orElse("unknown");
  }

  private static CallFailed bad(UpstreamAnswer answer, Backend backend, String what) {
    answer.failed(Trouble.BAD_ANSWER);
    return new CallFailed(Trouble.BAD_ANSWER, "upstream " + backend.name() + " gave " + what);
  }

  private Outcome stream(
      Backend backend, Api api, String model, UpstreamAnswer answer, List<String> losses)
      throws CallFailed {
    int status = answer.status();
    boolean isEvents =
        answer.headers().mediaType().map(it -> it.equals("text/event-stream")).orElse(false);
    if (status < 200 || status >= 300 || !isEvents) {
      return noStream(backend, api, answer);
    }
    AnswerStream stream =
        new AnswerStream(
            answer,
            watch,
            api.protocol(),
            request.api().protocol(),
            request.envelope().includesUsage(),
            notes.time.getEpochSecond());
    boolean opened = false;
    try {
      Optional<ApiError> error = stream.open();
      if (error.isPresent()) {
        return new Outcome.Failed(Failure.inStream(error.get()));
      }
      opened = true;
      return new Outcome.Streaming(backend, model, status, answer.headers(), stream, losses);
    } finally {
      if (!opened) {
        stream.close();
      }
    }
  }

  /** Something else than a stream: an error, or a server that does not know what was asked for. */
  private Outcome noStream(Backend backend, Api api, UpstreamAnswer answer) throws CallFailed {
    try (answer) {
      int status = answer.status();
      boolean isSuccess = status >= 200 && status < 300;
      if (isSuccess && !answer.headers().mediaType().map(Attempts::isJson).orElse(false)) {
        throw bad(answer, backend, mediaType(answer) + " in place of a stream");
      }
      byte[] body = readAll(answer);
      if (isSuccess) {
        Optional<AnswerFacts> facts = AnswerFacts.of(api.protocol(), body);
        if (facts.isEmpty() || facts.get().error().isEmpty()) {
          throw bad(answer, backend, "one whole answer in place of a stream");
        }
        answer.succeeded();
        return new Outcome.Failed(
            Failure.inStream(ApiError.decode(api.protocol(), 200, Json.read(body))));
      }
      return failed(answer, api, status, body);
    }
  }
}
