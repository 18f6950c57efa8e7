package dev.treadle.gateway;

import dev.treadle.gateway.http.Headers;
import dev.treadle.gateway.http.HttpAnswer;
import dev.treadle.gateway.http.HttpRequest;
import dev.treadle.gateway.limits.Ask;
import dev.treadle.gateway.upstream.CallFailed;
import dev.treadle.gateway.upstream.Trouble;
import dev.treadle.gateway.upstream.UpstreamAnswer;
import dev.treadle.gateway.upstream.Watch;
import dev.treadle.routing.Target;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Passes on what the gateway does not know to the first upstream of a route, byte for byte and
 * once, and its answer back: files, batches, images, and whatever comes next. Not kept.
 */
final class Passthrough {
  static final String COUNT_TOKENS = "/v1/messages/count_tokens";
  private static final int BUFFER = 8192;
  private static final Set<String> FREE = Set.of("GET", "HEAD", "OPTIONS", "DELETE");

  /** Out of an upstream's own part of a server. */
  private static final Pattern CLIMBS =
      Pattern.compile("/(\\.|%2e){1,2}(/|%2f|$)", Pattern.CASE_INSENSITIVE);

  private final Core core;
  private final Routes routes;
  private final Access.Caller caller;
  private final HttpRequest request;
  private final HttpAnswer answer;

  Passthrough(
      Core core, Routes routes, Access.Caller caller, HttpRequest request, HttpAnswer answer) {
    this.core = core;
    this.routes = routes;
    this.caller = caller;
    this.request = request;
    this.answer = answer;
  }

  void run() throws IOException {
    if (CLIMBS.matcher(request.path()).find()) {
      refuse(400, "a path without . and .. is needed, not " + request.path());
      return;
    }
    Optional<Envelope> envelope = envelope();
    Optional<String> named = request.headers().first("x-treadle-route");
    Optional<RouteSettings> route =
        named.isPresent()
            ? routes.named(named.get())
            : envelope
                .map(it -> routes.forModel(it.model()))
                .orElseGet(() -> routes.named(Routes.DEFAULT));
    if (route.isEmpty()) {
      refuse(404, "no route answers for this; name one in the header x-treadle-route");
      return;
    }
    if (!caller.mayUse(route.get().name())) {
      refuse(403, "this key may not use the route '" + route.get().name() + "'");
      return;
    }
    Optional<Target> target =
        route.get().policy().targets().stream().filter(this::understands).findFirst();
    if (target.isEmpty()) {
      refuse(
          404,
          "no upstream of the route '" + route.get().name() + "' understands " + request.path());
      return;
    }
    if (!core.limits().isOn() || isWithinLimits(route.get().name())) {
      pass(route.get(), target.get(), envelope);
    }
  }

  /** Counts the request; what costs something that the gateway cannot count is refused. */
  private boolean isWithinLimits(String route) throws IOException {
    boolean isFree = FREE.contains(request.method()) || request.path().equals(COUNT_TOKENS);
    if (!isFree && core.limits().countsMoney(caller.name(), route)) {
      refuse(
          403,
          "a limit counts the money of this route, and what "
              + request.path()
              + " costs is not known: call it on a route without such a limit");
      return false;
    }
    Optional<Failure> refusal =
        Spending.refusal(core.limits().take(Ask.ofRequest(caller.name(), route)));
    if (refusal.isPresent()) {
      Replies.failure(answer, request.path(), refusal.get());
    }
    return refusal.isEmpty();
  }

  private void refuse(int status, String message) throws IOException {
    Replies.error(answer, request.path(), status, message);
  }

  private Optional<Envelope> envelope() {
    if (request.body().length == 0 || request.body()[0] != '{') {
      return Optional.empty();
    }
    try {
      return Optional.of(Envelope.read(request.body()));
    } catch (TreadleException e) {
      return Optional.empty(); // It names no model: then it is not ours to understand.
    }
  }

  private boolean understands(Target target) {
    Api api =
        request.path().startsWith(Api.MESSAGES.path())
                || request.headers().first("anthropic-version").isPresent()
            ? Api.MESSAGES
            : Api.CHAT;
    return routes.backend(target.upstream()).settings().apis().contains(api);
  }

  private void pass(RouteSettings route, Target target, Optional<Envelope> envelope)
      throws IOException {
    Backend backend = routes.backend(target.upstream());
    byte[] body =
        envelope
            .map(it -> it.bytesFor(target.model().orElse(it.model()), false))
            .orElse(request.body());
    Watch watch = core.watchdog().watch(route.deadline());
    try {
      answer.onClientGone(
          how ->
              watch.end(
                  how == HttpAnswer.Departure.GONE ? Trouble.CLIENT_GONE : Trouble.CLIENT_STUCK));
      String path = request.query().map(it -> request.path() + "?" + it).orElse(request.path());
      Headers headers = backend.headersFor(request.headers(), true);
      try (UpstreamAnswer got =
          backend.upstream().call(request.method(), path, headers, body, false, watch)) {
        send(got);
      }
    } catch (CallFailed e) {
      if (!e.trouble().isClients() && !answer.isCommitted()) {
        Replies.error(answer, request.path(), Failure.of(e).error());
      } else {
        throw e; // Closes the connection without the mark of a whole answer.
      }
    } finally {
      core.watchdog().release(watch);
    }
  }

  private void send(UpstreamAnswer got) throws IOException {
    Headers headers = Backend.passedBack(got.headers());
    got.headers().first("content-encoding").ifPresent(it -> headers.add("content-encoding", it));
    if (got.status() >= 500) {
      got.failed(Trouble.BAD_ANSWER);
    } else {
      got.succeeded();
    }
    if (request.method().equals("HEAD")) {
      got.headers().first("content-length").ifPresent(it -> headers.add("content-length", it));
    }
    answer.stream(got.status(), headers, out -> copy(got, out));
  }

  private static void copy(UpstreamAnswer got, OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int count = got.read(buffer); count >= 0; count = got.read(buffer)) {
      out.write(buffer, 0, count);
      out.flush();
    }
  }
}
