package dev.treadle.gateway;

import dev.treadle.gateway.http.HttpAnswer;
import dev.treadle.gateway.http.HttpRequest;
import dev.treadle.transcript.Feedback;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.TreadleException;
import dev.treadle.transcript.dialect.Dialect;
import dev.treadle.transcript.dialect.Protocol;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Takes in what people say of answers: {@code POST /v1/feedback}. Safe before it is confirmed. */
final class FeedbackDesk {
  static final String PATH = "/v1/feedback";
  private static final Set<String> FIELDS =
      Set.of(
          "exchange",
          "conversation",
          "score",
          "thumbs",
          "correction",
          "demonstration",
          "comment",
          "labels");

  private final Core core;
  private final Access.Caller caller;

  FeedbackDesk(Core core, Access.Caller caller) {
    this.core = core;
    this.caller = caller;
  }

  void take(HttpRequest request, HttpAnswer answer) throws IOException {
    Feedback feedback;
    try {
      feedback = read(request.body());
    } catch (TreadleException | IllegalArgumentException e) {
      Replies.error(answer, PATH, 400, String.valueOf(e.getMessage()));
      return;
    }
    try {
      core.capture().keep(feedback);
    } catch (TreadleException e) {
      Replies.error(answer, PATH, 503, "the feedback cannot be kept: " + e.getMessage());
      return;
    }
    Replies.json(answer, 200, Json.object().put("id", feedback.id()).put("status", "kept"));
  }

  private Feedback read(byte[] body) {
    if (!(Json.read(body) instanceof ObjectNode json)) {
      throw GatewayError.REQUEST_INVALID.because("feedback is a JSON object");
    }
    for (String name : json.propertyNames()) {
      if (!FIELDS.contains(name)) {
        throw GatewayError.REQUEST_INVALID.because(
            "there is no field '"
                + name
                + "': there are "
                + String.join(", ", FIELDS.stream().sorted().toList()));
      }
    }
    Instant now = core.surroundings().clock().instant();
    return new Feedback(
        Feedback.newId(now, core.random()),
        now,
        text(json, "exchange").map(FeedbackDesk::exchange),
        text(json, "conversation").map(this::conversation),
        Optional.of(core.capture().pseudonym(caller.name())),
        score(json.path("score")),
        thumbs(json.path("thumbs")),
        text(json, "correction"),
        demonstration(json.path("demonstration")),
        text(json, "comment"),
        labels(json.path("labels")));
  }

  private static Optional<String> text(ObjectNode json, String name) {
    JsonNode value = json.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isString()) {
      throw GatewayError.REQUEST_INVALID.because("'" + name + "' is not a text");
    }
    return Optional.of(value.stringValue());
  }

  private static String exchange(String id) {
    if (!id.matches("xc_[0-9A-Za-z]{26}")) {
      throw GatewayError.REQUEST_INVALID.because(
          "'exchange' is not the id of one: it stands in the answer's header "
              + Signature.EXCHANGE);
    }
    return id;
  }

  /** A conversation by its id, or by the name that this client gave it. */
  private String conversation(String id) {
    return id.startsWith("cv_")
        ? id
        : Conversations.named(core.capture().pseudonym(caller.name() + '\n' + id));
  }

  private static Optional<Double> score(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isNumber()) {
      throw GatewayError.REQUEST_INVALID.because("'score' is not a number");
    }
    return Optional.of(value.doubleValue());
  }

  private static Optional<Boolean> thumbs(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    return Optional.of(
        switch (value.asString("")) {
          case "up", "true" -> true;
          case "down", "false" -> false;
          default -> throw GatewayError.REQUEST_INVALID.because("'thumbs' is neither up nor down");
        });
  }

  private static Optional<List<Message>> demonstration(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    ObjectNode request = Json.object().put("model", "demonstration");
    request.set("messages", value);
    List<Message> messages = Dialect.decodeRequest(Protocol.CHAT, request).messages();
    if (messages.isEmpty()) {
      throw GatewayError.REQUEST_INVALID.because("'demonstration' has no messages");
    }
    return Optional.of(messages);
  }

  private static Map<String, JsonNode> labels(JsonNode value) {
    Map<String, JsonNode> labels = new LinkedHashMap<>();
    if (value instanceof ObjectNode object) {
      object.forEachEntry(labels::put);
    } else if (!value.isMissingNode() && !value.isNull()) {
      throw GatewayError.REQUEST_INVALID.because("'labels' is not a JSON object");
    }
    return labels;
  }
}
