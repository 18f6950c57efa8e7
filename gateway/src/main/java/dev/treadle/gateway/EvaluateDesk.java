package dev.treadle.gateway;

import dev.treadle.gateway.evaluate.EvaluateSettings;
import dev.treadle.gateway.evaluate.Evaluator;
import dev.treadle.gateway.evaluate.JudgeModel;
import dev.treadle.gateway.evaluate.Task;
import dev.treadle.gateway.http.Headers;
import dev.treadle.gateway.http.HttpAnswer;
import dev.treadle.gateway.http.HttpRequest;
import dev.treadle.measure.score.CodeCheck;
import dev.treadle.measure.score.Judgement;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Purpose;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Says how good an answer is: {@code POST /v1/evaluate}. */
final class EvaluateDesk {
  static final String PATH = "/v1/evaluate";

  private final Core core;
  private final Routes routes;
  private final Access.Caller caller;

  EvaluateDesk(Core core, Routes routes, Access.Caller caller) {
    this.core = core;
    this.routes = routes;
    this.caller = caller;
  }

  void answer(HttpRequest request, HttpAnswer answer) throws IOException {
    if (!request.method().equals("POST")) {
      Replies.error(answer, PATH, 405, "only POST");
      return;
    }
    Task task;
    try {
      task = Task.read(request.body());
    } catch (Task.Refused e) {
      Replies.error(answer, PATH, 400, e.why());
      return;
    }
    Optional<String> subject = Optional.of(core.capture().pseudonym(caller.name()));
    boolean isKept = !Keeping.isUnwanted(request.headers());
    EvaluateSettings settings = routes.settings().evaluate();
    Judgement judgement =
        evaluator(core, routes, settings, request.headers(), subject, isKept).evaluate(task);
    Replies.json(
        answer,
        200,
        Json.object()
            .put("score", judgement.score())
            .put("method", judgement.method())
            .put("explanation", judgement.explanation()));
  }

  /** An evaluator whose judge is asked through this gateway's own routes. */
  static Evaluator evaluator(
      Core core,
      Routes routes,
      EvaluateSettings settings,
      Headers credentials,
      Optional<String> subject,
      boolean isKept) {
    JudgeModel judge =
        (model, prompt, timeout) ->
            said(
                new InternalCall(core)
                    .call(routes, question(model, prompt, timeout, credentials, subject, isKept)));
    return new Evaluator(settings, judge, CodeCheck.UNAVAILABLE);
  }

  private static InternalCall.Question question(
      String model,
      String prompt,
      Duration timeout,
      Headers credentials,
      Optional<String> subject,
      boolean isKept) {
    ObjectNode chat = Json.object();
    chat.putArray("messages").addObject().put("role", "user").put("content", prompt);
    return new InternalCall.Question(
        model, chat, Purpose.JUDGE, timeout, credentials, subject, isKept);
  }

  private static JudgeModel.Said said(InternalCall.Answered answered) {
    return answered
        .error()
        .<JudgeModel.Said>map(JudgeModel.Said.Nothing::new)
        .orElseGet(() -> new JudgeModel.Said.Words(answered.text()));
  }
}
