package dev.treadle.curation;

import dev.treadle.curation.Dialogue.Call;
import dev.treadle.curation.Dialogue.Turn;
import dev.treadle.transcript.Content;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Part;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * OpenAI chat messages: arguments are JSON texts, {@code content} is always there, each result
 * follows its call, {@code weight} 0 keeps an answer from being learned. Parts stay parts; images
 * from blobs become data addresses.
 */
final class OpenAiRows {
  private OpenAiRows() {}

  static ObjectNode row(Dialogue dialogue, RenderOptions options, Set<Loss> losses) {
    ObjectNode row = Json.object();
    ArrayNode messages = row.putArray("messages");
    for (Turn turn : dialogue.turns()) {
      switch (turn) {
        case Turn.Instructions it ->
            messages.add(
                Fields.message("system").put("content", Parts.plain(it.content(), losses)));
        case Turn.Question it ->
            messages.add(
                Fields.message("user").set("content", content(it.content(), options, losses)));
        case Turn.Answer it -> answer(messages, it, options, losses);
      }
    }
    if (!dialogue.tools().isEmpty()) {
      row.set("tools", Fields.array(dialogue.tools()));
    }
    return row;
  }

  private static void answer(
      ArrayNode messages, Turn.Answer answer, RenderOptions options, Set<Loss> losses) {
    ObjectNode message = messages.addObject().put("role", "assistant");
    Fields.reasoning(message, answer, options.thinking(), losses);
    message.put(
        "content",
        Fields.inline(answer, options.thinking()) + Parts.plain(answer.content(), losses));
    if (!answer.calls().isEmpty()) {
      message.set("tool_calls", Fields.array(answer.calls().stream().map(Fields::call).toList()));
    }
    if (!answer.train()) {
      message.put("weight", 0);
    }
    for (Call call : answer.calls()) {
      call.result()
          .ifPresent(
              result ->
                  messages
                      .addObject()
                      .put("role", "tool")
                      .put("tool_call_id", call.id())
                      .put("content", Parts.plain(result, losses)));
    }
  }

  private static JsonNode content(Content content, RenderOptions options, Set<Loss> losses) {
    return switch (content) {
      case Content.Text(String text) -> StringNode.valueOf(text);
      case Content.Parts(List<Part> parts) -> {
        List<JsonNode> written = new ArrayList<>(parts.size());
        for (Part part : parts) {
          part(part, options, losses).ifPresent(written::add);
        }
        yield written.isEmpty() ? StringNode.valueOf("") : Fields.array(written);
      }
    };
  }

  private static Optional<JsonNode> part(Part part, RenderOptions options, Set<Loss> losses) {
    Optional<String> text = Parts.text(part);
    if (text.isPresent()) {
      return Optional.of(Json.object().put("type", "text").put("text", text.get()));
    }
    return switch (part) {
      case Part.Text _ -> Optional.empty();
      case Part.Blob blob -> blob(blob, options, losses);
      case Part.Unknown(JsonNode json) -> Optional.of(openAiImage(json));
    };
  }

  private static Optional<JsonNode> blob(Part.Blob blob, RenderOptions options, Set<Loss> losses) {
    Optional<byte[]> bytes =
        blob.mediaType().startsWith("image/")
            ? options.blobs().bytes(blob.sha256())
            : Optional.empty();
    if (bytes.isEmpty()) {
      losses.add(blob.mediaType().startsWith("image/") ? Loss.IMAGE_DROPPED : Loss.PART_DROPPED);
      return Optional.empty();
    }
    return Optional.of(image(blob.mediaType(), Base64.getEncoder().encodeToString(bytes.get())));
  }

  /** Anthropic's form of an image becomes OpenAI's; any other part stays as it came. */
  private static JsonNode openAiImage(JsonNode part) {
    JsonNode source = part.path("source");
    boolean base64 =
        part.path("type").asString("").equals("image")
            && source.path("type").asString("").equals("base64");
    return base64
        ? image(source.path("media_type").asString(""), source.path("data").asString(""))
        : part;
  }

  private static JsonNode image(String mediaType, String base64) {
    ObjectNode part = Json.object().put("type", "image_url");
    part.putObject("image_url").put("url", "data:" + mediaType + ";base64," + base64);
    return part;
  }
}
