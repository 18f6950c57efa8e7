package dev.treadle.gateway.scripted;

import dev.treadle.gateway.scripted.Asked.Offer;
import dev.treadle.transcript.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's responses, without what it keeps on its servers. */
record ResponsesApi() implements ModelApi {

  @Override
  public Asked asked(ObjectNode body, Received request) throws BadRequest {
    JsonNode input = body.path("input");
    if (input.isString()) {
      return asked(body, request, input.asString(), Optional.empty(), 1);
    }
    String user = "";
    Optional<String> result = Optional.empty();
    int turn = 1;
    boolean isModel = false;
    Set<String> open = new HashSet<>();
    for (JsonNode item : ModelApi.list(body, "input")) {
      String type = item.path("type").asString("message");
      boolean isAnswer =
          Set.of("function_call", "reasoning").contains(type)
              || item.path("role").asString("").equals("assistant");
      turn += isAnswer && !isModel ? 1 : 0;
      isModel = isAnswer;
      result = Optional.empty();
      if (type.equals("function_call")) {
        open.add(ModelApi.text(item, "call_id"));
      } else if (type.equals("function_call_output")) {
        if (!open.remove(ModelApi.text(item, "call_id"))) {
          throw new BadRequest("input", "no tool call found for this function call output");
        }
        result = Optional.of(ModelApi.words(item.path("output")));
      } else if (item.path("role").asString("").equals("user")) {
        String words = ModelApi.words(item.path("content"));
        user = words.isEmpty() ? user : words;
      }
    }
    if (!open.isEmpty()) {
      throw new BadRequest("input", "no tool output found for " + String.join(", ", open));
    }
    return asked(body, request, user, result, turn);
  }

  private static Asked asked(
      ObjectNode body, Received request, String user, Optional<String> result, int turn)
      throws BadRequest {
    List<Offer> tools = new ArrayList<>();
    for (JsonNode tool : ModelApi.items(body.path("tools"))) {
      if (tool.path("type").asString("").equals("function")) {
        tools.add(new Offer(ModelApi.text(tool, "name"), tool.path("parameters")));
      }
    }
    JsonNode format = body.path("text").path("format");
    return new Asked(
        ModelApi.model(body),
        body.path("stream").booleanValue(false),
        false,
        body.path("stream_options").path("include_obfuscation").booleanValue(true),
        user,
        result,
        turn,
        tools,
        forced(body.path("tool_choice"), tools),
        switch (format.path("type").asString("")) {
          case "json_schema" -> Optional.of(format.path("schema"));
          case "json_object" -> Optional.of(Json.object().put("type", "object"));
          default -> Optional.empty();
        },
        1,
        ModelApi.tokens(request.size()));
  }

  private static Optional<Offer> forced(JsonNode choice, List<Offer> tools) throws BadRequest {
    String name = choice.path("name").asString("");
    boolean isAny = choice.asString("").equals("required");
    if (name.isEmpty() && !isAny) {
      return Optional.empty();
    }
    Optional<Offer> forced =
        tools.stream().filter(it -> isAny || it.name().equals(name)).findFirst();
    if (forced.isEmpty()) {
      throw new BadRequest("tool_choice", "tool choice not found in 'tools': " + name);
    }
    return forced;
  }

  @Override
  public ObjectNode body(Reply reply) {
    ObjectNode body = response(reply, status(reply));
    ArrayNode output = body.putArray("output");
    items(reply).forEach(it -> output.add(it.whole()));
    if (status(reply).equals("incomplete")) {
      body.putObject("incomplete_details")
          .put("reason", reply.finish().equals("length") ? "max_output_tokens" : "content_filter");
    }
    body.set("usage", usage(reply.usage()));
    return body;
  }

  private static String status(Reply reply) {
    return Set.of("length", "content_filter").contains(reply.finish()) ? "incomplete" : "completed";
  }

  private static ObjectNode response(Reply reply, String status) {
    ObjectNode response =
        Json.object()
            .put("id", "resp_" + reply.number())
            .put("object", "response")
            .put("created_at", reply.created())
            .put("status", status)
            .putNull("error")
            .putNull("incomplete_details")
            .putNull("instructions")
            .putNull("max_output_tokens")
            .put("model", reply.asked().model());
    response.putArray("output");
    response
        .put("parallel_tool_calls", true)
        .putNull("previous_response_id")
        .put("store", false)
        .put("temperature", 1)
        .put("tool_choice", "auto");
    response.putArray("tools");
    response.put("top_p", 1).put("truncation", "disabled").putNull("usage");
    response.putObject("metadata");
    return response;
  }

  private static ObjectNode usage(Answer.Usage usage) {
    ObjectNode node = Json.object().put("input_tokens", usage.input());
    node.putObject("input_tokens_details")
        .put("cached_tokens", usage.cached())
        .put("cache_write_tokens", usage.cacheWrite());
    node.put("output_tokens", usage.output());
    node.putObject("output_tokens_details").put("reasoning_tokens", usage.reasoning());
    return node.put("total_tokens", usage.total());
  }

  /** An item of the output: what it is in the end, and the kind of its pieces. */
  private sealed interface Item {
    ObjectNode whole();

    /** Thoughts, as a summary of one part. */
    record Reasoning(ObjectNode whole, String text) implements Item {}

    /** Text or a refusal, in one part. */
    record Said(ObjectNode whole, String text, boolean isRefusal) implements Item {}

    /** A call of a tool. */
    record Call(ObjectNode whole, String arguments) implements Item {}
  }

  private static List<Item> items(Reply reply) {
    Answer answer = reply.answer();
    List<Item> items = new ArrayList<>();
    if (!answer.reasoning().isEmpty()) {
      ObjectNode whole = typed("reasoning").put("id", "rs_" + reply.number());
      whole.putArray("summary").add(summary(answer.reasoning()));
      items.add(new Item.Reasoning(whole, answer.reasoning()));
    }
    boolean isRefusal = answer.refusal().isPresent();
    String text = answer.refusal().orElse(answer.text());
    if (!text.isEmpty()) {
      ObjectNode whole =
          typed("message")
              .put("id", "msg_" + reply.number())
              .put("status", status(reply))
              .put("role", "assistant");
      whole.putArray("content").add(part(text, isRefusal));
      items.add(new Item.Said(whole, text, isRefusal));
    }
    for (int i = 0; i < answer.toolCalls().size(); i++) {
      Answer.Call call = answer.toolCalls().get(i);
      ObjectNode whole =
          typed("function_call")
              .put("id", "fc_" + reply.number() + "_" + i)
              .put("status", "completed")
              .put("call_id", "call_" + reply.number() + "_" + i)
              .put("name", call.name())
              .put("arguments", call.json());
      items.add(new Item.Call(whole, call.json()));
    }
    return items;
  }

  private static ObjectNode typed(String type) {
    return Json.object().put("type", type);
  }

  private static ObjectNode summary(String text) {
    return typed("summary_text").put("text", text);
  }

  private static ObjectNode part(String text, boolean isRefusal) {
    if (isRefusal) {
      return typed("refusal").put("refusal", text);
    }
    ObjectNode part = typed("output_text").put("text", text);
    part.putArray("annotations");
    part.putArray("logprobs");
    return part;
  }

  @Override
  public List<StreamEvent> events(Reply reply) {
    ResponseEvents events = new ResponseEvents(reply.asked().obfuscated());
    ObjectNode begun = response(reply, "in_progress");
    events.add("response.created", Json.object().set("response", begun));
    events.add("response.in_progress", Json.object().set("response", begun));
    List<Item> items = items(reply);
    for (int index = 0; index < items.size(); index++) {
      events.item(index, items.get(index).whole().path("id").asString());
      switch (items.get(index)) {
        case Item.Reasoning it -> reasoning(reply, events, it);
        case Item.Said it -> said(reply, events, it);
        case Item.Call it -> call(reply, events, it);
      }
    }
    String end = status(reply).equals("completed") ? "response.completed" : "response.incomplete";
    events.add(end, Json.object().set("response", body(reply)));
    return events.all();
  }

  private static void reasoning(Reply reply, ResponseEvents events, Item.Reasoning item) {
    ObjectNode begun = item.whole().deepCopy();
    begun.putArray("summary");
    events.itemAdded(begun, false);
    events.inPart(
        "response.reasoning_summary_part.added",
        "summary_index",
        it -> it.set("part", summary("")));
    for (String piece : reply.pieces(item.text())) {
      events.delta("response.reasoning_summary_text.delta", "summary_index", piece);
    }
    events.inPart(
        "response.reasoning_summary_text.done", "summary_index", it -> it.put("text", item.text()));
    events.inPart(
        "response.reasoning_summary_part.done",
        "summary_index",
        it -> it.set("part", summary(item.text())));
    events.itemDone(item.whole());
  }

  private static void said(Reply reply, ResponseEvents events, Item.Said item) {
    ObjectNode begun = item.whole().deepCopy().put("status", "in_progress");
    begun.putArray("content");
    events.itemAdded(begun, false);
    String kind = item.isRefusal() ? "response.refusal" : "response.output_text";
    events.inPart(
        "response.content_part.added",
        "content_index",
        it -> it.set("part", part("", item.isRefusal())));
    for (String piece : reply.pieces(item.text())) {
      events.delta(kind + ".delta", "content_index", piece);
    }
    events.inPart(
        kind + ".done",
        "content_index",
        it -> it.put(item.isRefusal() ? "refusal" : "text", item.text()).putArray("logprobs"));
    events.inPart(
        "response.content_part.done",
        "content_index",
        it -> it.set("part", part(item.text(), item.isRefusal())));
    events.itemDone(item.whole());
  }

  private static void call(Reply reply, ResponseEvents events, Item.Call item) {
    events.itemAdded(
        item.whole().deepCopy().put("status", "in_progress").put("arguments", ""), true);
    for (String piece : reply.pieces(item.arguments())) {
      events.delta("response.function_call_arguments.delta", "", piece);
    }
    events.inPart(
        "response.function_call_arguments.done",
        "",
        it ->
            it.put("name", item.whole().path("name").asString())
                .put("arguments", item.arguments()));
    events.itemDone(item.whole());
  }

  @Override
  public ObjectNode error(long number, int status, String message, String field) {
    return ChatApi.openAiError(status, message, field);
  }

  @Override
  public StreamEvent errorEvent(long number, int status, String message, int sequence) {
    return StreamEvent.frame(
        "error",
        typed("error")
            .put("code", ChatApi.code(status))
            .put("message", message)
            .putNull("param")
            .put("sequence_number", sequence));
  }

  @Override
  public String requestIdHeader() {
    return "x-request-id";
  }
}
