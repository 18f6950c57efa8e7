package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Content;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Gathers the parts of one message. Texts become text whatever else they carry; that goes to the
 * message's {@code extra}, so that nobody has to look for words in unknown parts.
 */
final class PartList {
  private static final Set<String> TEXT = Set.of("type", "text");

  private final List<Part> parts = new ArrayList<>();
  private final ObjectNode fields = Json.object();

  /** Adds a part of a content array in either vendor's form. */
  void add(JsonNode part) {
    if (part.path("type").asString("").equals("text") && part.path("text").isString()) {
      add(new Part.Text(part.path("text").stringValue()), Fields.unnamed(part, TEXT));
      return;
    }
    Media.Decoded media = Media.decode(part);
    add(new Part.Unknown(media.part()), media.rest());
  }

  void add(Part part, Map<String, JsonNode> rest) {
    if (!rest.isEmpty()) {
      Fields.putAll(fields.putObject(String.valueOf(parts.size())), rest);
    }
    parts.add(part);
  }

  /** Adds all parts of a content: a text, an array, or nothing. */
  PartList addAll(JsonNode content) {
    if (content.isString()) {
      add(new Part.Text(content.stringValue()), Map.of());
    } else if (content.isArray()) {
      content.forEach(this::add);
    } else if (!Fields.isAbsent(content)) {
      add(content);
    }
    return this;
  }

  boolean isEmpty() {
    return parts.isEmpty();
  }

  /** A text where there is one text alone or nothing. */
  Content content() {
    if (parts.isEmpty()) {
      return Content.of("");
    }
    return parts.size() == 1 && parts.getFirst() instanceof Part.Text(String text)
        ? Content.of(text)
        : new Content.Parts(parts);
  }

  /** Puts what the parts carry besides into a message's extra. */
  void putFields(Map<String, JsonNode> extra) {
    if (!fields.isEmpty()) {
      extra.put(Keys.PART_FIELDS, fields);
    }
  }
}
