package dev.treadle.transcript;

import dev.treadle.transcript.Header.LineageStep;
import dev.treadle.transcript.Question.Evidence;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.util.ByteArrayBuilder;
import tools.jackson.databind.JsonNode;

/** Writes an example as one JSON object, field by field: no tree is built on the way. */
final class ExampleWriter {
  private final JsonGenerator json;

  private ExampleWriter(JsonGenerator json) {
    this.json = json;
  }

  static byte[] write(Example example) {
    try (ByteArrayBuilder bytes = new ByteArrayBuilder(16 << 10)) {
      try (JsonGenerator json = Json.factory().createGenerator(ObjectWriteContext.empty(), bytes)) {
        new ExampleWriter(json).example(example);
      }
      return bytes.toByteArray();
    }
  }

  /** Messages by themselves, as an example's are written. */
  static JsonNode tree(List<Message> messages) {
    try (ByteArrayBuilder bytes = new ByteArrayBuilder(1 << 10)) {
      try (JsonGenerator json = Json.factory().createGenerator(ObjectWriteContext.empty(), bytes)) {
        json.writeStartArray();
        messages.forEach(new ExampleWriter(json)::message);
        json.writeEndArray();
      }
      return Json.read(bytes.toByteArray());
    }
  }

  private void example(Example example) {
    Header header = example.header();
    json.writeStartObject();
    json.writeNumberProperty("v", ExampleCodec.VERSION);
    text("id", header.id().value());
    optional("digest", header.digest().map(Digest::value));
    text("kind", example.kind());
    source(header.source());
    messages(example.messages());
    tools(example.tools());
    switch (example) {
      case Conversation _ -> {}
      case Trajectory it -> outcome(it.outcome());
      case Comparison it -> candidates(it.candidates());
      case Question it -> evidence(it.evidence());
    }
    optional("thinking", header.thinking().map(ThinkingState::wire));
    optional("task", header.task());
    optional("language", header.language());
    scores(header.scores());
    fields("labels", header.labels());
    lineage(header.lineage());
    fields("extra", header.extra());
    json.writeEndObject();
  }

  private void source(Source source) {
    json.writeObjectPropertyStart("source");
    text("system", source.system());
    text("key", source.key());
    text("group", source.group());
    optional("subject", source.subject());
    optional("terms", source.terms());
    optional("time", source.time().map(Object::toString));
    json.writeEndObject();
  }

  private void messages(List<Message> messages) {
    json.writeArrayPropertyStart("messages");
    for (Message message : messages) {
      message(message);
    }
    json.writeEndArray();
  }

  private void message(Message message) {
    json.writeStartObject();
    text("role", message.role());
    switch (message) {
      case Message.Assistant it -> assistant(it);
      case Message.ToolResult it -> {
        text("tool_call_id", it.toolCallId());
        content(it.content());
        json.writeBooleanProperty("is_error", it.isError());
      }
      case Message.SystemPrompt it -> content(it.content());
      case Message.User it -> content(it.content());
    }
    optional("time", message.time().map(Object::toString));
    message.extra().forEach(this::field);
    json.writeEndObject();
  }

  private void assistant(Message.Assistant it) {
    optional("model", it.model());
    optional("reasoning_content", it.reasoning());
    content(it.content());
    if (!it.toolCalls().isEmpty()) {
      json.writeArrayPropertyStart("tool_calls");
      for (ToolCall call : it.toolCalls()) {
        json.writeStartObject();
        text("id", call.id());
        text("type", "function");
        json.writeObjectPropertyStart("function");
        text("name", call.name());
        text("arguments", call.arguments());
        json.writeEndObject();
        call.extra().forEach(this::field);
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    json.writeBooleanProperty("train", it.train());
  }

  private void content(Content content) {
    switch (content) {
      case Content.Text it -> text("content", it.text());
      case Content.Parts it -> {
        json.writeArrayPropertyStart("content");
        for (Part part : it.parts()) {
          part(part);
        }
        json.writeEndArray();
      }
    }
  }

  private void part(Part part) {
    switch (part) {
      case Part.Text it -> {
        json.writeStartObject();
        text("type", "text");
        text("text", it.text());
        json.writeEndObject();
      }
      case Part.Blob it -> {
        json.writeStartObject();
        text("type", "blob");
        text("sha256", it.sha256());
        json.writeNumberProperty("bytes", it.bytes());
        text("media_type", it.mediaType());
        json.writeEndObject();
      }
      case Part.Unknown it -> tree(it.json());
    }
  }

  private void tools(List<Tool> tools) {
    if (tools.isEmpty()) {
      return;
    }
    json.writeArrayPropertyStart("tools");
    for (Tool tool : tools) {
      tree(tool.definition());
    }
    json.writeEndArray();
  }

  private void candidates(List<Candidate> candidates) {
    json.writeArrayPropertyStart("candidates");
    for (Candidate it : candidates) {
      json.writeStartObject();
      text("model", it.model());
      it.message()
          .ifPresent(
              message -> {
                json.writeName("message");
                message(message);
              });
      it.score().ifPresent(score -> json.writeNumberProperty("score", score));
      it.latency().ifPresent(latency -> json.writeNumberProperty("latency_ms", latency.toMillis()));
      it.cost().ifPresent(cost -> json.writeNumberProperty("cost_usd", cost.amount()));
      optional("error", it.error());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void outcome(Outcome it) {
    json.writeObjectPropertyStart("outcome");
    text("verdict", it.verdict().wire());
    it.reward().ifPresent(reward -> json.writeNumberProperty("reward", reward));
    json.writeBooleanProperty("trainable", it.trainable());
    optional("patch", it.patch());
    optional("exit", it.exit());
    json.writeEndObject();
  }

  private void evidence(List<Evidence> evidence) {
    json.writeArrayPropertyStart("evidence");
    for (Evidence it : evidence) {
      json.writeStartObject();
      text("path", it.path());
      json.writeNumberProperty("start", it.start());
      json.writeNumberProperty("end", it.end());
      text("sha256", it.sha256());
      optional("commit", it.commit());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void scores(Map<String, Score> scores) {
    if (scores.isEmpty()) {
      return;
    }
    json.writeObjectPropertyStart("scores");
    scores.forEach(
        (name, score) -> {
          json.writeObjectPropertyStart(ExampleCodec.wellFormed(name));
          json.writeNumberProperty("value", score.value());
          if (!score.parts().isEmpty()) {
            json.writeObjectPropertyStart("parts");
            score.parts().forEach(json::writeNumberProperty);
            json.writeEndObject();
          }
          json.writeNumberProperty("version", score.version());
          json.writeEndObject();
        });
    json.writeEndObject();
  }

  private void lineage(List<LineageStep> lineage) {
    if (lineage.isEmpty()) {
      return;
    }
    json.writeArrayPropertyStart("lineage");
    for (LineageStep step : lineage) {
      json.writeStartObject();
      text("stage", step.stage());
      json.writeNumberProperty("version", step.version());
      text("parameters", step.parameters());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void fields(String name, Map<String, JsonNode> fields) {
    if (fields.isEmpty()) {
      return;
    }
    json.writeObjectPropertyStart(name);
    fields.forEach(this::field);
    json.writeEndObject();
  }

  private void field(String name, JsonNode value) {
    json.writeName(ExampleCodec.wellFormed(name));
    tree(value);
  }

  /** A half of a surrogate pair, as JSON escapes may hold, has no UTF-8. */
  private void text(String name, String value) {
    json.writeStringProperty(name, ExampleCodec.wellFormed(value));
  }

  private void optional(String name, Optional<String> value) {
    if (value.isPresent()) {
      text(name, value.get());
    }
  }

  /** Written by hand, because the generator has no codec: these trees are small. */
  private void tree(JsonNode node) {
    switch (node.getNodeType()) {
      case OBJECT -> {
        json.writeStartObject();
        node.forEachEntry(this::field);
        json.writeEndObject();
      }
      case ARRAY -> {
        json.writeStartArray();
        node.forEach(this::tree);
        json.writeEndArray();
      }
      case STRING -> json.writeString(ExampleCodec.wellFormed(node.stringValue()));
      case BOOLEAN -> json.writeBoolean(node.booleanValue());
      case NUMBER -> number(node);
      case NULL, MISSING -> json.writeNull();
      case BINARY, POJO ->
          throw new IllegalArgumentException("not JSON: a " + node.getNodeType() + " node");
    }
  }

  private void number(JsonNode node) {
    if (node.isIntegralNumber()) {
      json.writeNumber(node.bigIntegerValue());
    } else {
      json.writeNumber(node.decimalValue());
    }
  }
}
