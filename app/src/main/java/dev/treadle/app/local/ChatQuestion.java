package dev.treadle.app.local;

import dev.treadle.training.serving.ChatPrompt;
import dev.treadle.training.template.ChatTemplate;
import dev.treadle.training.tokens.Chat;
import dev.treadle.training.tokens.ChatReader;
import dev.treadle.training.tokens.ChatReading;
import dev.treadle.training.tokens.Skipped;
import dev.treadle.transcript.Json;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The conversation of a chat request.
 *
 * @param variables for the template
 * @param hasManyCalls whether the answer may call several tools
 */
record ChatQuestion(Chat chat, Map<String, JsonNode> variables, boolean hasManyCalls) {
  private static final int MAX_VARIABLES = 50;

  static ChatQuestion read(RequestBody body) throws Refusal {
    if (!body.at("messages").isArray() || body.at("messages").isEmpty()) {
      throw Refusal.of("messages", "messages is no list with at least one message");
    }
    String format = body.at("response_format").path("type").asString("text");
    if (body.has("response_format") && !format.equals("text")) {
      throw Refusal.unsupported("response_format", "only text is supported by this server");
    }
    ObjectNode request = Json.object();
    request.set("messages", body.at("messages"));
    if (isOffered(body)) {
      request.set("tools", body.at("tools"));
    }
    ChatReading reading = new ChatReader().request(request);
    return switch (reading) {
      case Chat chat ->
          new ChatQuestion(chat, variables(body), body.flag("parallel_tool_calls", true));
      case Skipped skipped -> throw Refusal.of("messages", "messages: " + skipped.detail());
    };
  }

  private static boolean isOffered(RequestBody body) throws Refusal {
    if (!body.has("tools")) {
      return false;
    }
    if (!body.at("tools").isArray()) {
      throw Refusal.of("tools", "tools is no list");
    }
    for (JsonNode it : body.at("tools")) {
      if (it.path("function").path("name").asString("").isEmpty()) {
        throw Refusal.of("tools", "a tool is no function with a name");
      }
    }
    String choice = body.has("tool_choice") ? body.at("tool_choice").asString("") : "auto";
    return switch (choice) {
      case "auto" -> true;
      case "none" -> false;
      default ->
          throw Refusal.unsupported("tool_choice", "only auto and none: no call can be forced");
    };
  }

  private static Map<String, JsonNode> variables(RequestBody body) throws Refusal {
    Map<String, JsonNode> variables = new LinkedHashMap<>();
    JsonNode told = body.at("chat_template_kwargs");
    if (body.has("chat_template_kwargs") && (!told.isObject() || told.size() > MAX_VARIABLES)) {
      throw Refusal.of("chat_template_kwargs", "chat_template_kwargs is no object of few fields");
    }
    if (body.text("reasoning_effort").orElse("").equals("none")) {
      variables.put("enable_thinking", Json.read("false"));
    }
    told.forEachEntry(variables::put);
    return variables;
  }

  ChatPrompt prompt(ChatTemplate template, LocalDateTime now) {
    return ChatPrompt.of(template, chat, variables, now);
  }
}
