package dev.treadle.curation;

import dev.treadle.transcript.Content;
import dev.treadle.transcript.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The parts of contents: which are text, and what is lost where only text is taken. */
final class Parts {
  private Parts() {}

  static boolean isText(Part.Blob blob) {
    return blob.mediaType().startsWith("text/");
  }

  /** The text of a part, also where it has fields beside its text. */
  static Optional<String> text(Part part) {
    return switch (part) {
      case Part.Text(String text) -> Optional.of(text);
      case Part.Blob _ -> Optional.empty();
      case Part.Unknown(JsonNode json) -> {
        JsonNode text = json.path("text");
        yield json.path("type").asString("").endsWith("text") && text.isString()
            ? Optional.of(text.stringValue())
            : Optional.empty();
      }
    };
  }

  /** Whether there is no text and nothing else either. */
  static boolean isBlank(Content content) {
    return switch (content) {
      case Content.Text(String text) -> text.isBlank();
      case Content.Parts(List<Part> parts) ->
          parts.stream().allMatch(part -> text(part).map(String::isBlank).orElse(false));
    };
  }

  /** The texts, joined by line feeds; {@code losses} says what else there was. */
  static String plain(Content content, Set<Loss> losses) {
    return switch (content) {
      case Content.Text(String text) -> text;
      case Content.Parts(List<Part> parts) -> {
        List<String> texts = new ArrayList<>(parts.size());
        for (Part part : parts) {
          text(part)
              .ifPresentOrElse(
                  texts::add,
                  () -> losses.add(isImage(part) ? Loss.IMAGE_DROPPED : Loss.PART_DROPPED));
        }
        yield String.join("\n", texts);
      }
    };
  }

  private static boolean isImage(Part part) {
    return switch (part) {
      case Part.Text _ -> false;
      case Part.Blob blob -> blob.mediaType().startsWith("image/");
      case Part.Unknown(JsonNode json) -> json.path("type").asString("").contains("image");
    };
  }
}
