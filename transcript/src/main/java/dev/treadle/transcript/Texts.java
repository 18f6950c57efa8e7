package dev.treadle.transcript;

import dev.treadle.transcript.Question.Evidence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Walks every text of an example in a fixed order and replaces it. */
final class Texts {
  private final UnaryOperator<String> text;

  Texts(UnaryOperator<String> text) {
    this.text = text;
  }

  Header header(Header header) {
    return header.withLabels(fields(header.labels())).withExtra(fields(header.extra()));
  }

  List<Message> messages(List<Message> messages) {
    List<Message> mapped = new ArrayList<>(messages.size());
    for (Message message : messages) {
      mapped.add(message(message));
    }
    return mapped;
  }

  private Message message(Message message) {
    return switch (message) {
      case Message.SystemPrompt it ->
          new Message.SystemPrompt(content(it.content()), it.time(), fields(it.extra()));
      case Message.User it ->
          new Message.User(content(it.content()), it.time(), fields(it.extra()));
      case Message.Assistant it -> assistant(it);
      case Message.ToolResult it ->
          new Message.ToolResult(
              it.toolCallId(), content(it.content()), it.isError(), it.time(), fields(it.extra()));
    };
  }

  private Message.Assistant assistant(Message.Assistant it) {
    List<ToolCall> calls = new ArrayList<>(it.toolCalls().size());
    for (ToolCall call : it.toolCalls()) {
      calls.add(
          new ToolCall(call.id(), call.name(), text.apply(call.arguments()), fields(call.extra())));
    }
    return new Message.Assistant(
        it.model(),
        it.reasoning().map(text),
        content(it.content()),
        calls,
        it.train(),
        it.time(),
        fields(it.extra()));
  }

  private Content content(Content content) {
    return switch (content) {
      case Content.Text it -> new Content.Text(text.apply(it.text()));
      case Content.Parts it -> {
        List<Part> parts = new ArrayList<>(it.parts().size());
        for (Part part : it.parts()) {
          parts.add(
              switch (part) {
                case Part.Text textPart -> new Part.Text(text.apply(textPart.text()));
                case Part.Blob blob -> blob;
                case Part.Unknown unknown -> new Part.Unknown(json(unknown.json()));
              });
        }
        yield new Content.Parts(parts);
      }
    };
  }

  List<Tool> tools(List<Tool> tools) {
    List<Tool> mapped = new ArrayList<>(tools.size());
    for (Tool tool : tools) {
      mapped.add(new Tool((ObjectNode) json(tool.definition())));
    }
    return mapped;
  }

  List<Candidate> candidates(List<Candidate> candidates) {
    List<Candidate> mapped = new ArrayList<>(candidates.size());
    for (Candidate it : candidates) {
      mapped.add(
          new Candidate(
              it.model(),
              it.message().map(this::assistant),
              it.score(),
              it.latency(),
              it.cost(),
              it.error().map(text)));
    }
    return mapped;
  }

  Outcome outcome(Outcome it) {
    return new Outcome(it.verdict(), it.reward(), it.trainable(), it.patch().map(text), it.exit());
  }

  List<Evidence> evidence(List<Evidence> evidence) {
    List<Evidence> mapped = new ArrayList<>(evidence.size());
    for (Evidence it : evidence) {
      mapped.add(
          new Evidence(text.apply(it.path()), it.start(), it.end(), it.sha256(), it.commit()));
    }
    return mapped;
  }

  private Map<String, JsonNode> fields(Map<String, JsonNode> fields) {
    if (fields.isEmpty()) {
      return fields;
    }
    Map<String, JsonNode> mapped = new LinkedHashMap<>();
    fields.forEach((key, value) -> mapped.put(text.apply(key), json(value)));
    return mapped;
  }

  private JsonNode json(JsonNode node) {
    if (node.isString()) {
      String before = node.stringValue();
      String after = text.apply(before);
      return after.equals(before) ? node : StringNode.valueOf(after);
    }
    if (node instanceof ArrayNode array) {
      ArrayNode mapped = Json.array();
      array.forEach(element -> mapped.add(json(element)));
      return mapped;
    }
    if (node instanceof ObjectNode object) {
      ObjectNode mapped = Json.object();
      object.forEachEntry((key, value) -> mapped.set(text.apply(key), json(value)));
      return mapped;
    }
    return node;
  }
}
