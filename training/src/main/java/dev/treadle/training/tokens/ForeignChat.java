package dev.treadle.training.tokens;

import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Other forms of chat datasets, put into messages: {@code conversations} with {@code from} and
 * {@code value} (ShareGPT, LLaMA-Factory), {@code instruction}, {@code input}, {@code output}
 * (Alpaca), and {@code prompt} with {@code completion}, each a list of messages (TRL).
 */
final class ForeignChat {
  private static final String THINK = "<think>";
  private static final String THOUGHT = "</think>";

  private ForeignChat() {}

  /** The same line with {@code messages}; one that has them, or is in no form known, as it is. */
  static JsonNode translated(JsonNode line) {
    if (line.path("messages").isArray()) {
      return line;
    }
    if (line.path("conversations").isArray()) {
      return shareGpt(line);
    }
    if (line.path("instruction").isString() && line.path("output").isString()) {
      return alpaca(line);
    }
    if (line.path("prompt").isArray() && line.path("completion").isArray()) {
      return completion(line);
    }
    return line;
  }

  private static JsonNode shareGpt(JsonNode line) {
    ObjectNode chat = Json.object();
    ArrayNode messages = chat.putArray("messages");
    system(line, messages);
    for (JsonNode it : line.path("conversations")) {
      String from = it.path("from").asString(it.path("role").asString(""));
      String value = it.path("value").asString(it.path("content").asString(""));
      switch (from) {
        case "human", "user" -> say(messages, "user", value);
        case "gpt", "chatgpt", "assistant", "model" -> say(messages, "assistant", value);
        case "system" -> say(messages, "system", value);
        case "observation", "tool" -> say(messages, "tool", value);
        case "function_call" -> messages.add(calls(value));
        default -> throw new SkipException(Skip.NOT_A_CHAT, "a turn is from '" + from + "'");
      }
    }
    chat.set("tools", line.path("tools"));
    return chat;
  }

  private static ObjectNode say(ArrayNode messages, String role, String text) {
    return messages.addObject().put("role", role).put("content", text);
  }

  private static void system(JsonNode line, ArrayNode messages) {
    String system = line.path("system").asString("");
    if (!system.isBlank()) {
      say(messages, "system", system);
    }
  }

  /** A call, or a list of them, as JSON; thinking may stand in front. */
  private static ObjectNode calls(String value) {
    ObjectNode message = Json.object().put("role", "assistant").put("content", "");
    String text = value.strip();
    int thought = text.startsWith(THINK) ? text.indexOf(THOUGHT) : -1;
    if (thought >= 0) {
      message.put("reasoning_content", text.substring(THINK.length(), thought).strip());
      text = text.substring(thought + THOUGHT.length());
    }
    try {
      JsonNode calls = Json.read(text);
      message.set("tool_calls", calls.isArray() ? calls : Json.array().add(calls));
    } catch (TreadleException e) {
      throw new SkipException(Skip.BROKEN_TOOL_ARGUMENTS, "a call is " + e.getMessage());
    }
    return message;
  }

  private static JsonNode alpaca(JsonNode line) {
    ObjectNode chat = Json.object();
    ArrayNode messages = chat.putArray("messages");
    system(line, messages);
    for (JsonNode it : line.path("history")) {
      say(messages, "user", it.path(0).asString(""));
      say(messages, "assistant", it.path(1).asString(""));
    }
    String input = line.path("input").asString("");
    String question = line.path("instruction").stringValue();
    say(messages, "user", input.isEmpty() ? question : question + "\n" + input);
    say(messages, "assistant", line.path("output").stringValue());
    return chat;
  }

  /** What stands in the prompt is context, also answers. */
  private static JsonNode completion(JsonNode line) {
    ObjectNode chat = Json.object();
    ArrayNode messages = chat.putArray("messages");
    for (JsonNode it : line.path("prompt")) {
      messages.add(it instanceof ObjectNode message ? message.deepCopy().put("train", false) : it);
    }
    line.path("completion").forEach(messages::add);
    chat.set("tools", line.path("tools"));
    return chat;
  }
}
