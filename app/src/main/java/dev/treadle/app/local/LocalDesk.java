package dev.treadle.app.local;

import dev.treadle.gateway.http.Headers;
import dev.treadle.gateway.http.HttpAnswer;
import dev.treadle.gateway.http.HttpHandler;
import dev.treadle.gateway.http.HttpRequest;
import dev.treadle.training.TrainingError;
import dev.treadle.training.serving.ChatPrompt;
import dev.treadle.training.serving.LocalModel;
import dev.treadle.training.template.ChatTemplate;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Looks at each request's path and has it answered by the model. */
final class LocalDesk implements HttpHandler {
  private static final String CHAT = "/v1/chat/completions";
  private static final String TEXT = "/v1/completions";
  private static final String MODELS = "/v1/models";
  private static final int MOST_WAITING = 16;

  private final LocalModel model;
  private final LocalServer.Settings settings;
  private final String run;
  private final AtomicLong requests = new AtomicLong();
  private final Object seeds = new Object();
  private final Turns turns = new Turns(MOST_WAITING);
  private volatile boolean isEnding;

  LocalDesk(LocalModel model, LocalServer.Settings settings) {
    this.model = model;
    this.settings = settings;
    this.run = Long.toHexString(settings.random().nextLong());
  }

  /** Stops what is under way, lets nothing more begin, and waits until nothing is. */
  void end() {
    isEnding = true;
    turns.end();
  }

  @Override
  public void handle(HttpRequest request, HttpAnswer answer) throws IOException {
    try {
      if (!Visitor.of(request.headers(), settings.host()).isWelcome()) {
        throw new Refusal(403, "a page of another site may not ask this server", null, null);
      }
      route(request, answer);
    } catch (Refusal e) {
      send(answer, e.status(), e.body());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (TreadleException e) {
      settings.log().accept(String.valueOf(e.getMessage()));
      if (answer.isCommitted()) {
        throw new IOException("the answer failed", e);
      }
      send(answer, 500, Refusal.body(500, String.valueOf(e.getMessage()), null, "server_error"));
    }
  }

  private void route(HttpRequest request, HttpAnswer answer) throws IOException, Refusal {
    String path = request.path();
    switch (path) {
      case "/health", "/v1/health" -> {
        only("GET", request);
        send(answer, 200, Json.object().put("status", "ok"));
      }
      case MODELS -> {
        only("GET", request);
        ObjectNode list = Json.object().put("object", "list");
        list.putArray("data").add(card());
        send(answer, 200, list);
      }
      case CHAT -> {
        only("POST", request);
        chat(RequestBody.read(request.body()), answer);
      }
      case TEXT -> {
        only("POST", request);
        text(RequestBody.read(request.body()), answer);
      }
      default -> {
        if (path.equals(MODELS + "/" + settings.name())) {
          only("GET", request);
          send(answer, 200, card());
        } else {
          throw new Refusal(404, "there is nothing at " + path, null, "not_found");
        }
      }
    }
  }

  private static void only(String method, HttpRequest request) throws Refusal {
    boolean isHead = method.equals("GET") && request.method().equals("HEAD");
    if (!request.method().equals(method) && !isHead) {
      throw new Refusal(405, request.path() + " is asked with " + method, null, null);
    }
  }

  private ObjectNode card() {
    return Json.object()
        .put("id", settings.name())
        .put("object", "model")
        .put("created", settings.started().getEpochSecond())
        .put("owned_by", "treadle")
        .put("max_model_len", model.context());
  }

  private void chat(RequestBody body, HttpAnswer answer) throws IOException, Refusal {
    named(body);
    ChatTemplate template =
        model
            .template()
            .orElseThrow(
                () ->
                    new Refusal(
                        400,
                        "this model has no chat template: it only goes on with texts, at " + TEXT,
                        null,
                        null));
    ChatQuestion chat = ChatQuestion.read(body);
    Question question = question(body, Question.chances(body));
    Client client = new Client(answer, () -> isEnding);
    try (Turns.Turn _ = turns.take(client::isGone)) {
      ChatPrompt prompt = prompted(() -> chat.prompt(template, now()));
      Answers answers = answers(question, prompt.text(), false, client);
      if (question.isStream()) {
        stream(answer, events -> answers.chat(prompt, chat.hasManyCalls(), events));
      } else {
        whole(answer, answers.chat(prompt, chat.hasManyCalls()));
      }
    }
  }

  private void text(RequestBody body, HttpAnswer answer) throws IOException, Refusal {
    named(body);
    body.never("logprobs");
    JsonNode told = body.at("prompt");
    JsonNode prompt = told.isArray() && told.size() == 1 ? told.path(0) : told;
    if (!prompt.isString()) {
      throw Refusal.of("prompt", "prompt is not one text");
    }
    Question question = question(body, OptionalInt.empty());
    Client client = new Client(answer, () -> isEnding);
    try (Turns.Turn _ = turns.take(client::isGone)) {
      Answers answers = answers(question, prompt.stringValue(), true, client);
      if (question.isStream()) {
        stream(answer, answers::text);
      } else {
        whole(answer, answers.text());
      }
    }
  }

  private void named(RequestBody body) throws Refusal {
    Optional<String> name = body.text("model");
    if (name.isPresent() && !name.get().equals(settings.name())) {
      throw new Refusal(
          404,
          "this server has the model '" + settings.name() + "' only",
          "model",
          "model_not_found");
    }
  }

  private Question question(RequestBody body, OptionalInt chances) throws Refusal {
    Question question;
    synchronized (seeds) {
      question = Question.read(body, model.defaults(), chances, settings.random()::nextLong);
    }
    if (!model.canDo(question.generation())) {
      throw Refusal.unsupported("logprobs, top_k", "not supported for GGUF files");
    }
    return question;
  }

  private Answers answers(Question question, String text, boolean isBare, Client client)
      throws Refusal {
    LocalModel.Prompt prompt = prompted(() -> model.prompt(text, isBare));
    String id = (isBare ? "cmpl-" : "chatcmpl-") + run + "-" + requests.incrementAndGet();
    Head head = new Head(id, settings.clock().instant().getEpochSecond(), settings.name());
    return new Answers(model, head, question, prompt, client);
  }

  /** Something that a conversation makes fail. */
  private interface Prompting<T> {
    T make();
  }

  private static <T> T prompted(Prompting<T> prompting) throws Refusal {
    try {
      return prompting.make();
    } catch (TreadleException e) {
      boolean isLong = e.code() == TrainingError.PROMPT_TOO_LONG;
      throw new Refusal(
          400,
          String.valueOf(e.getMessage()),
          "messages",
          isLong ? "context_length_exceeded" : "invalid_prompt");
    }
  }

  private LocalDateTime now() {
    Instant now = settings.clock().instant();
    return LocalDateTime.ofInstant(now, ZoneOffset.UTC);
  }

  private void whole(HttpAnswer answer, Optional<ObjectNode> body) throws IOException, Refusal {
    send(
        answer,
        200,
        body.orElseThrow(() -> new Refusal(503, "the answer was given up", null, "gone")));
  }

  /** Writes an answer's events; false if nobody waits for more. */
  private interface Streaming {
    boolean writeTo(EventStream events);
  }

  private void stream(HttpAnswer answer, Streaming streaming) throws IOException {
    Headers headers =
        new Headers().add("content-type", "text/event-stream").add("cache-control", "no-cache");
    answer.stream(
        200,
        headers,
        out -> {
          EventStream events = new EventStream(out);
          try {
            if (!streaming.writeTo(events)) {
              events.send(Refusal.body(503, "the answer was given up", null, "gone"));
              throw new IOException("the answer was given up");
            }
          } catch (TreadleException e) {
            events.send(Refusal.body(500, String.valueOf(e.getMessage()), null, "server_error"));
            throw e;
          }
          events.done();
        });
  }

  private static void send(HttpAnswer answer, int status, ObjectNode body) throws IOException {
    Headers headers = new Headers().add("content-type", "application/json");
    if (status == 429) {
      headers.add("retry-after", "1");
    }
    answer.send(status, headers, Json.write(body));
  }

  @Override
  public byte[] error(int status, String path, String message) {
    return Json.write(Refusal.body(status, message, null, null));
  }

  @Override
  public void failed(String what, Throwable cause) {
    settings.log().accept(what + ": " + cause);
  }
}
