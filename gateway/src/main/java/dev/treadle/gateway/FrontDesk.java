package dev.treadle.gateway;

import dev.treadle.gateway.http.HttpAnswer;
import dev.treadle.gateway.http.HttpHandler;
import dev.treadle.gateway.http.HttpRequest;
import dev.treadle.gateway.telemetry.OtlpSpans;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.dialect.ApiError;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Looks at each request's path and credentials and has it answered. */
final class FrontDesk implements HttpHandler {
  private static final String VERSIONED = "/v1/";

  private final Core core;
  private volatile Present present;
  private volatile boolean isDraining;

  /** What holds at present. */
  private record Present(Routes routes, Access access, ApiKeys keys) {}

  FrontDesk(Core core, Routes routes, ApiKeys keys) {
    this.core = core;
    this.present = new Present(routes, new Access(keys, routes.settings().listener()), keys);
  }

  Routes routes() {
    return present.routes();
  }

  void change(Routes routes, ApiKeys keys) {
    present = new Present(routes, new Access(keys, routes.settings().listener()), keys);
  }

  void drain() {
    isDraining = true;
  }

  @Override
  public void handle(HttpRequest request, HttpAnswer plain) throws IOException {
    Present now = present;
    String path = request.path();
    Optional<ApiError> refusal = now.access().refusal(request.headers());
    if (refusal.isPresent()) {
      Replies.error(plain, path, refusal.get());
      return;
    }
    HttpAnswer answer = CrossOrigin.of(request.headers().first("origin"), plain);
    if (CrossOrigin.isPreflight(request)) {
      CrossOrigin.letIn(request, answer);
      return;
    }
    switch (path) {
      case "/health" -> Replies.json(answer, 200, Json.object().put("status", "healthy"));
      case "/ready" -> ready(answer);
      case "/metrics" -> metrics(now, request, answer);
      default -> {
        if (path.startsWith(Administration.PATH)) {
          administer(now, request, answer);
        } else if (path.startsWith(VERSIONED) || CollectDesk.PATHS.contains(path)) {
          serve(now, request, answer);
        } else {
          Replies.error(
              answer, path, 404, "there is nothing at " + path + ": model APIs are below /v1/");
        }
      }
    }
  }

  private void ready(HttpAnswer answer) throws IOException {
    boolean refuses =
        core.capture().isFailing()
            && present.routes().settings().routes().stream()
                .anyMatch(it -> it.onCaptureFailure() == RouteSettings.OnCaptureFailure.REFUSE);
    String status = isDraining ? "draining" : refuses ? "capture_failing" : "ready";
    Replies.json(answer, status.equals("ready") ? 200 : 503, Json.object().put("status", status));
  }

  private void metrics(Present now, HttpRequest request, HttpAnswer answer) throws IOException {
    boolean isLocal = Access.isLoopback(now.routes().settings().listener().host());
    if (!isLocal && now.access().admin(request.headers()).isEmpty()) {
      unauthorized(request, answer, "metrics need an admin key where other machines can ask");
      return;
    }
    Replies.text(answer, 200, "text/plain; version=0.0.4; charset=utf-8", core.metrics().scrape());
  }

  private void administer(Present now, HttpRequest request, HttpAnswer answer) throws IOException {
    if (now.access().admin(request.headers()).isEmpty()) {
      unauthorized(request, answer, "this needs an admin key: treadle key create NAME --admin");
      return;
    }
    new Administration(core, now.routes(), now.keys()).answer(request, answer);
  }

  private static void unauthorized(HttpRequest request, HttpAnswer answer, String message)
      throws IOException {
    Replies.error(answer, request.path(), 401, message);
  }

  private void serve(Present now, HttpRequest request, HttpAnswer answer) throws IOException {
    Optional<Access.Caller> caller = now.access().caller(request.headers());
    if (caller.isEmpty()) {
      unauthorized(
          request,
          answer,
          "a key of this gateway is needed, as "
              + Access.KEY_HEADER
              + ", x-api-key or Authorization: Bearer");
      return;
    }
    String path = request.path();
    boolean isPost = request.method().equals("POST");
    Optional<Api> api = isPost ? Api.at(path) : Optional.empty();
    if (api.isPresent()) {
      callModel(now, caller.get(), api.get(), request, answer);
    } else if (path.equals(FeedbackDesk.PATH)) {
      if (isPost) {
        new FeedbackDesk(core, caller.get()).take(request, answer);
      } else {
        Replies.error(answer, path, 405, "only POST");
      }
    } else if (CollectDesk.PATHS.contains(path)) {
      if (isPost) {
        new CollectDesk(core.comparing().store()).take(request, answer);
      } else {
        Replies.error(answer, path, 405, "only POST");
      }
    } else if (path.equals(EvaluateDesk.PATH)) {
      new EvaluateDesk(core, now.routes(), caller.get()).answer(request, answer);
    } else if (path.equals(RoutePreview.PATH)) {
      new RoutePreview(core, now.routes(), caller.get()).answer(request, answer);
    } else if (path.equals("/v1/models") && request.method().equals("GET")) {
      Replies.json(answer, 200, new ModelList(core, now.routes(), caller.get(), request).list());
    } else {
      new Passthrough(core, now.routes(), caller.get(), request, answer).run();
    }
    log(now, request);
  }

  private void callModel(
      Present now, Access.Caller caller, Api api, HttpRequest request, HttpAnswer answer)
      throws IOException {
    ModelCall call = new ModelCall(core, now.routes(), caller, api, request, answer);
    OtlpSpans spans = core.telemetry().spans();
    if (spans == null) {
      call.run();
    } else {
      CallSpan.run(spans, call, request, now.routes(), core.surroundings().log());
    }
  }

  private void log(Present now, HttpRequest request) {
    if (now.routes().settings().listener().logsRequests()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("method", request.method());
      fields.put("path", request.path());
      fields.put("bytes", request.body().length);
      core.surroundings().log().say(EventLog.Level.INFO, "request", fields);
    }
  }

  @Override
  public byte[] error(int status, String path, String message) {
    return Json.write(
        ApiError.of(status, Failure.type(status), message).encode(Replies.protocolOf(path)));
  }

  @Override
  public void failed(String what, Throwable cause) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("what", what);
    fields.put("why", String.valueOf(cause));
    StackTraceElement[] stack = cause.getStackTrace();
    if (stack.length > 0) {
      fields.put("at", stack[0].toString());
    }
    core.surroundings().log().say(EventLog.Level.ERROR, "failure", fields);
  }
}
