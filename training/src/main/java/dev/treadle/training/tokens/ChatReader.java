package dev.treadle.training.tokens;

import dev.treadle.transcript.Example;
import dev.treadle.transcript.ExampleCodec;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Part;
import dev.treadle.transcript.TreadleException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads chats: our own examples, and the forms of chat datasets that are common ({@link
 * ForeignChat}).
 *
 * <p>Calls reach the template with their arguments as objects, as servers give them to it: several
 * templates would write a text in quotes a second time. Content is one text, its parts joined by
 * line feeds; where there is none, an empty one.
 */
public final class ChatReader {
  private final Function<String, Optional<String>> blobs;

  /**
   * A reader.
   *
   * @param blobs the text of a blob by its SHA-256, if it is there
   */
  public ChatReader(Function<String, Optional<String>> blobs) {
    this.blobs = blobs;
  }

  /** A reader of datasets that have no blobs. */
  public ChatReader() {
    this(_ -> Optional.empty());
  }

  /** The chat of an example. */
  public ChatReading read(Example example) {
    return read(Json.read(ExampleCodec.encode(example)));
  }

  /** The chat of a line. */
  public ChatReading read(JsonNode line) {
    try {
      return chat(ForeignChat.translated(line));
    } catch (SkipException e) {
      return e.skipped;
    }
  }

  /** The chat of a request to a model: nothing in it has to be learned. */
  public ChatReading request(JsonNode request) {
    try {
      List<Chat.Turn> turns = new ArrayList<>();
      for (JsonNode it : request.path("messages")) {
        turns.add(turn(it));
      }
      return turns.isEmpty()
          ? new Skipped(Skip.NOT_A_CHAT, "there are no messages")
          : new Chat(turns, tools(request.path("tools")));
    } catch (SkipException e) {
      return e.skipped;
    }
  }

  private Chat chat(JsonNode line) {
    if (line.path("kind").asString("").equals("comparison")) {
      throw new SkipException(Skip.COMPARISON, "a comparison has no one answer to learn");
    }
    JsonNode outcome = line.path("outcome");
    if (outcome.isObject() && !outcome.path("trainable").asBoolean(false)) {
      throw new SkipException(
          Skip.NOT_TRAINABLE, "its outcome is " + outcome.path("verdict").asString("unknown"));
    }
    JsonNode messages = line.path("messages");
    if (!messages.isArray()) {
      throw new SkipException(Skip.NOT_A_CHAT, "there are no messages");
    }
    List<Chat.Turn> turns = new ArrayList<>();
    for (JsonNode it : messages) {
      turns.add(turn(it));
    }
    if (turns.stream().noneMatch(Chat.Turn::isTarget)) {
      throw new SkipException(Skip.NOTHING_TO_TRAIN, "no answer in it is to be learned");
    }
    return new Chat(turns, tools(line.path("tools")));
  }

  private Chat.Turn turn(JsonNode message) {
    String role = message.path("role").asString("");
    ObjectNode turn = Json.object();
    switch (role) {
      case "system", "developer" -> turn.put("role", "system");
      case "user", "assistant" -> turn.put("role", role);
      case "tool", "function" -> turn.put("role", "tool");
      default -> throw new SkipException(Skip.NOT_A_CHAT, "unknown role '" + role + "'");
    }
    turn.put("content", text(message.path("content")));
    if (!role.equals("assistant")) {
      for (String it : List.of("tool_call_id", "name")) {
        if (message.path(it).isString()) {
          turn.set(it, message.path(it));
        }
      }
      return new Chat.Turn(turn, false);
    }
    String reasoning =
        message.path("reasoning_content").asString(message.path("reasoning").asString(""));
    if (!reasoning.isBlank()) {
      turn.put("reasoning_content", reasoning);
    }
    ArrayNode calls = calls(message.path("tool_calls"));
    if (!calls.isEmpty()) {
      turn.set("tool_calls", calls);
    }
    boolean isEmpty = calls.isEmpty() && turn.path("content").stringValue().isBlank();
    return new Chat.Turn(turn, !isEmpty && isLearned(message));
  }

  /** Our own mark, and OpenAI's. */
  private static boolean isLearned(JsonNode message) {
    return message.path("train").asBoolean(true) && message.path("weight").asDouble(1) > 0;
  }

  private String text(JsonNode content) {
    if (content.isString()) {
      return content.stringValue();
    }
    if (content.isNull() || content.isMissingNode()) {
      return "";
    }
    if (!content.isArray()) {
      throw new SkipException(Skip.NOT_A_CHAT, "content is neither a text nor a list of parts");
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode part : content) {
      texts.add(part(part));
    }
    return String.join("\n", texts);
  }

  private String part(JsonNode part) {
    String type = part.path("type").asString("");
    if (type.equals("text") && part.path("text").isString()) {
      return part.path("text").stringValue();
    }
    if (type.equals("blob") && part.path("media_type").asString("").equals(Part.Blob.TEXT)) {
      String sha256 = part.path("sha256").asString("");
      return blobs
          .apply(sha256)
          .orElseThrow(
              () -> new SkipException(Skip.BLOB_MISSING, "the blob " + sha256 + " is not there"));
    }
    throw new SkipException(Skip.NOT_TEXT, "a part of type '" + type + "'");
  }

  private static ArrayNode calls(JsonNode calls) {
    ArrayNode list = Json.array();
    for (JsonNode it : calls) {
      JsonNode function = it.path("function").isObject() ? it.path("function") : it;
      ObjectNode call = Json.object();
      if (it.path("id").isString()) {
        call.set("id", it.path("id"));
      }
      call.put("type", "function");
      call.putObject("function")
          .put("name", function.path("name").asString(""))
          .set("arguments", arguments(function.path("arguments")));
      list.add(call);
    }
    return list;
  }

  private static JsonNode arguments(JsonNode arguments) {
    JsonNode object = arguments;
    if (arguments.isString()) {
      object = arguments.stringValue().isBlank() ? Json.object() : json(arguments.stringValue());
    }
    if (object.isMissingNode() || object.isNull()) {
      return Json.object();
    }
    if (!object.isObject()) {
      throw new SkipException(
          Skip.BROKEN_TOOL_ARGUMENTS, "the arguments of a call are no JSON object");
    }
    return object;
  }

  private static JsonNode json(String text) {
    try {
      return Json.read(text);
    } catch (TreadleException e) {
      throw new SkipException(
          Skip.BROKEN_TOOL_ARGUMENTS, "the arguments of a call are " + e.getMessage());
    }
  }

  /** Tools as a list, or as a text of JSON; each in OpenAI's form, or what is inside of it. */
  private static JsonNode tools(JsonNode tools) {
    JsonNode list =
        tools.isString() && !tools.stringValue().isBlank() ? toolList(tools.stringValue()) : tools;
    if (!list.isArray() || list.isEmpty()) {
      return Json.read("null");
    }
    ArrayNode offered = Json.array();
    for (JsonNode it : list) {
      boolean isBare = !it.has("function") && it.has("name");
      offered.add(isBare ? Json.object().put("type", "function").set("function", it) : it);
    }
    return offered;
  }

  private static JsonNode toolList(String text) {
    try {
      return Json.read(text);
    } catch (TreadleException e) {
      throw new SkipException(Skip.NOT_A_CHAT, "its tools are " + e.getMessage());
    }
  }
}
