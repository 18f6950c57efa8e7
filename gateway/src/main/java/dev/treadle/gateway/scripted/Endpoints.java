package dev.treadle.gateway.scripted;

import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The paths of the API, and who answers on each. */
final class Endpoints {
  private static final ModelApi CHAT = new ChatApi();
  private static final MessagesApi MESSAGES = new MessagesApi();
  private static final ModelApi RESPONSES = new ResponsesApi();
  private static final String CREATED = "2026-01-01T00:00:00Z";

  private final Script script;
  private final Behaviour behaviour;
  private final InstantSource clock;

  Endpoints(Script script, InstantSource clock) {
    this.script = script;
    this.behaviour = new Behaviour(script);
    this.clock = clock;
  }

  /** Answers one request, which is the {@code number}th. */
  void answer(long number, Received request, Wire wire) throws IOException {
    String path = request.path().split("\\?", 2)[0];
    boolean isAnthropic =
        path.startsWith("/v1/messages")
            || (path.startsWith("/v1/models") && request.header("anthropic-version").isPresent());
    ModelApi errors = isAnthropic ? MESSAGES : CHAT;
    Delivery plain =
        new Delivery(
            wire,
            errors,
            number,
            new Behaviour.Plan(Answer.text(""), Optional.empty(), Pace.AT_ONCE, Map.of()));
    try {
      authorize(request);
      switch (path) {
        case "/v1/chat/completions" -> model(CHAT, number, request, wire);
        case "/v1/messages" -> model(MESSAGES, number, request, wire);
        case "/v1/responses" -> model(RESPONSES, number, request, wire);
        case "/v1/embeddings" -> embeddings(number, request, wire);
        case "/v1/messages/count_tokens" -> plain.whole(countTokens(request));
        case "/v1/models" -> plain.whole(models(request, isAnthropic));
        default -> plain.whole(oneModel(request, path, isAnthropic));
      }
    } catch (BadRequest e) {
      plain.error(e.status(), String.valueOf(e.getMessage()), e.field());
    }
  }

  private void authorize(Received request) throws BadRequest {
    if (script.key().isEmpty()) {
      return;
    }
    String key = script.key().get();
    boolean isKnown =
        request.header("authorization").filter(("Bearer " + key)::equals).isPresent()
            || request.header("x-api-key").filter(key::equals).isPresent();
    if (!isKnown) {
      throw new BadRequest(401, "", "invalid x-api-key or bearer token");
    }
  }

  private void model(ModelApi api, long number, Received request, Wire wire)
      throws IOException, BadRequest {
    Asked asked = api.asked(object(request), request);
    Behaviour.Plan plan = behaviour.plan(asked);
    Reply reply =
        new Reply(
            number,
            clock.instant().getEpochSecond(),
            asked,
            plan.answer(),
            Behaviour.usage(asked, plan.answer()),
            plan.pace().characters());
    Delivery delivery = new Delivery(wire, api, number, plan);
    if (asked.isStream()) {
      delivery.stream(api.events(reply));
    } else {
      delivery.whole(Json.write(api.body(reply)));
    }
  }

  private static ObjectNode object(Received request) throws BadRequest {
    need("POST", request);
    try {
      if (request.json() instanceof ObjectNode body) {
        return body;
      }
    } catch (TreadleException e) {
      throw new BadRequest("", "the body is not JSON: " + e.getMessage());
    }
    throw new BadRequest("", "the body is not a JSON object");
  }

  private static void need(String method, Received request) throws BadRequest {
    if (!request.method().equals(method)) {
      throw new BadRequest(405, "", "not allowed here: " + request.method());
    }
  }

  private void embeddings(long number, Received request, Wire wire) throws IOException, BadRequest {
    Embeddings embeddings = Embeddings.read(object(request), request);
    Behaviour.Plan plan = behaviour.plan(embeddings.asked());
    new Delivery(wire, CHAT, number, plan).whole(Json.write(embeddings.body()));
  }

  private static byte[] countTokens(Received request) throws BadRequest {
    Asked asked = MESSAGES.counted(object(request), request);
    return Json.write(Json.object().put("input_tokens", asked.inputTokens()));
  }

  private byte[] models(Received request, boolean isAnthropic) throws BadRequest {
    need("GET", request);
    ObjectNode body = Json.object();
    ArrayNode all = body.putArray("data");
    script.models().forEach(it -> all.add(model(it, isAnthropic)));
    if (isAnthropic) {
      List<String> names = script.models();
      body.put("has_more", false).put("first_id", names.getFirst()).put("last_id", names.getLast());
    } else {
      body.put("object", "list");
    }
    return Json.write(body);
  }

  private byte[] oneModel(Received request, String path, boolean isAnthropic) throws BadRequest {
    String prefix = "/v1/models/";
    String name = path.startsWith(prefix) ? path.substring(prefix.length()) : "";
    if (!script.models().contains(name)) {
      throw new BadRequest(404, "", "no such path or model: " + path);
    }
    need("GET", request);
    return Json.write(model(name, isAnthropic));
  }

  private static JsonNode model(String name, boolean isAnthropic) {
    return isAnthropic
        ? Json.object()
            .put("type", "model")
            .put("id", name)
            .put("display_name", name)
            .put("created_at", CREATED)
        : Json.object()
            .put("id", name)
            .put("object", "model")
            .put("created", 0)
            .put("owned_by", "treadle");
  }
}
