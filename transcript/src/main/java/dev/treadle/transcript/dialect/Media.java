package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Json;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Images and documents in both vendors' forms. The vocabulary's is OpenAI's: what Anthropic says
 * exactly so is read into it, everything else is kept as it came.
 */
final class Media {
  private static final Set<String> BLOCK = Set.of("type", "source");
  private static final Set<String> TITLED = Set.of("type", "source", "title");
  private static final String BASE64 = ";base64,";

  private Media() {}

  /** A part in the vocabulary's form, and what its block said besides. */
  record Decoded(JsonNode part, Map<String, JsonNode> rest) {}

  static Decoded decode(JsonNode block) {
    JsonNode source = block.path("source");
    return switch (block.path("type").asString("")) {
      case "image" ->
          url(source)
              .map(url -> new Decoded(image(url), Fields.unnamed(block, BLOCK)))
              .orElseGet(() -> verbatim(block));
      case "document" ->
          source.path("type").asString("").equals("base64")
              ? url(source)
                  .map(url -> new Decoded(file(url, block), Fields.unnamed(block, TITLED)))
                  .orElseGet(() -> verbatim(block))
              : verbatim(block);
      default -> verbatim(block);
    };
  }

  private static Decoded verbatim(JsonNode block) {
    return new Decoded(block, Map.of());
  }

  private static Optional<String> url(JsonNode source) {
    Optional<String> mediaType = Fields.text(source, "media_type");
    Optional<String> data = Fields.text(source, "data");
    return switch (source.path("type").asString("")) {
      case "base64" ->
          source.size() == 3 && mediaType.isPresent() && data.isPresent()
              ? Optional.of("data:" + mediaType.get() + BASE64 + data.get())
              : Optional.empty();
      case "url" ->
          source.size() == 2
              ? Fields.text(source, "url").filter(it -> !it.startsWith("data:"))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static ObjectNode image(String url) {
    ObjectNode part = Json.object().put("type", "image_url");
    part.putObject("image_url").put("url", url);
    return part;
  }

  private static ObjectNode file(String url, JsonNode block) {
    ObjectNode part = Json.object().put("type", "file");
    ObjectNode file = part.putObject("file").put("file_data", url);
    Fields.text(block, "title").ifPresent(title -> file.put("filename", title));
    return part;
  }

  /**
   * The part as a block of Messages.
   *
   * @param lost takes the names of fields that have no counterpart
   * @return nothing where there is no counterpart at all
   */
  static Optional<ObjectNode> toMessages(JsonNode part, Map<String, JsonNode> lost) {
    return switch (part.path("type").asString("")) {
      case "image_url" -> {
        JsonNode image = part.path("image_url");
        lost.putAll(Fields.unnamed(image, Set.of("url")));
        if (image.path("detail").asString("").equals("auto")) {
          lost.remove("detail");
        }
        yield Fields.text(image, "url").flatMap(Media::source).map(it -> block("image", it));
      }
      case "file" -> {
        JsonNode file = part.path("file");
        Optional<ObjectNode> source = Fields.text(file, "file_data").flatMap(Media::source);
        if (source.isPresent()) {
          lost.putAll(Fields.unnamed(file, Set.of("file_data", "filename")));
        }
        yield source
            .filter(it -> it.path("type").asString("").equals("base64"))
            .map(it -> titled(block("document", it), file));
      }
      case "refusal" ->
          Fields.text(part, "refusal").map(it -> Json.object().put("type", "text").put("text", it));
      default -> Optional.empty();
    };
  }

  private static ObjectNode block(String type, ObjectNode source) {
    ObjectNode block = Json.object().put("type", type);
    block.set("source", source);
    return block;
  }

  private static ObjectNode titled(ObjectNode block, JsonNode file) {
    Fields.text(file, "filename").ifPresent(it -> block.put("title", it));
    return block;
  }

  private static Optional<ObjectNode> source(String url) {
    if (!url.startsWith("data:")) {
      return url.startsWith("https://") || url.startsWith("http://")
          ? Optional.of(Json.object().put("type", "url").put("url", url))
          : Optional.empty();
    }
    int comma = url.indexOf(',');
    if (comma < 0 || !url.startsWith(BASE64, comma + 1 - BASE64.length())) {
      return Optional.empty();
    }
    return Optional.of(
        Json.object()
            .put("type", "base64")
            .put("media_type", url.substring("data:".length(), comma + 1 - BASE64.length()))
            .put("data", url.substring(comma + 1)));
  }

  /** A plain-text document's words, which chat can have as a text. */
  static Optional<String> plainText(JsonNode part) {
    JsonNode source = part.path("source");
    return part.path("type").asString("").equals("document")
            && source.path("type").asString("").equals("text")
        ? Fields.text(source, "data")
        : Optional.empty();
  }

  /** Whether the part is one of chat's own. */
  static boolean isChat(JsonNode part) {
    return switch (part.path("type").asString("")) {
      case "image_url", "file", "input_audio", "refusal", "video_url" -> true;
      default -> false;
    };
  }
}
