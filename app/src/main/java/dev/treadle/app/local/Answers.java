package dev.treadle.app.local;

import dev.treadle.training.serving.AnswerPart;
import dev.treadle.training.serving.ChatPrompt;
import dev.treadle.training.serving.Generated;
import dev.treadle.training.serving.LocalModel;
import dev.treadle.training.serving.Receiver;
import dev.treadle.training.serving.TokenChance;
import dev.treadle.transcript.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The answers to one request whose prompt is ready: whole, or as events. */
final class Answers {
  private static final String CHUNK = "chat.completion.chunk";

  private final LocalModel model;
  private final Head head;
  private final Question question;
  private final LocalModel.Prompt prompt;
  private final Client client;

  Answers(LocalModel model, Head head, Question question, LocalModel.Prompt prompt, Client client) {
    this.model = model;
    this.head = head;
    this.question = question;
    this.prompt = prompt;
    this.client = client;
  }

  /** A chat's answer; nothing if the client has gone. */
  Optional<ObjectNode> chat(ChatPrompt chat, boolean hasManyCalls) {
    StringBuilder content = new StringBuilder();
    StringBuilder reasoning = new StringBuilder();
    ArrayNode calls = Json.array();
    List<TokenChance> chances = new ArrayList<>();
    ChatParts parts =
        new ChatParts(
            client,
            chat.reader(),
            hasManyCalls,
            (part, call, more) -> {
              chances.addAll(more);
              switch (part) {
                case AnswerPart.Content it -> content.append(it.text());
                case AnswerPart.Reasoning it -> reasoning.append(it.text());
                case AnswerPart.Call it -> calls.add(AnswerJson.call(it, callId(call)));
              }
            });
    Generated generated = model.generate(prompt, question.generation(), parts);
    parts.end();
    if (client.isGone()) {
      return Optional.empty();
    }
    chances.addAll(parts.restOfChances());
    ObjectNode message = Json.object().put("role", "assistant");
    message.put("content", content.isEmpty() && !calls.isEmpty() ? null : content.toString());
    if (!reasoning.isEmpty()) {
      message.put("reasoning_content", reasoning.toString());
    }
    if (!calls.isEmpty()) {
      message.set("tool_calls", calls);
    }
    ObjectNode body = head.of("chat.completion");
    ObjectNode choice = body.putArray("choices").addObject().put("index", 0);
    choice.set("message", message);
    choice.set("logprobs", AnswerJson.chances(chances));
    choice.put("finish_reason", AnswerJson.finish(generated, parts.hasCalls()));
    body.set("usage", AnswerJson.usage(generated));
    return Optional.of(body);
  }

  private String callId(int call) {
    return "call_" + head.id() + "_" + call;
  }

  /** A chat's answer as events; false if the client has gone. */
  boolean chat(ChatPrompt chat, boolean hasManyCalls, EventStream events) {
    events.send(chunk(Json.object().put("role", "assistant").put("content", ""), List.of(), null));
    ChatParts parts =
        new ChatParts(
            client,
            chat.reader(),
            hasManyCalls,
            (part, call, chances) -> events.send(chunk(delta(part, call), chances, null)));
    Generated generated = model.generate(prompt, question.generation(), parts);
    parts.end();
    if (client.isGone()) {
      return false;
    }
    events.send(
        chunk(
            Json.object(), parts.restOfChances(), AnswerJson.finish(generated, parts.hasCalls())));
    usage(CHUNK, generated, events);
    return true;
  }

  private void usage(String object, Generated generated, EventStream events) {
    if (question.wantsUsage()) {
      ObjectNode last = head.of(object);
      last.putArray("choices");
      last.set("usage", AnswerJson.usage(generated));
      events.send(last);
    }
  }

  private ObjectNode delta(AnswerPart part, int call) {
    return switch (part) {
      case AnswerPart.Content it -> Json.object().put("content", it.text());
      case AnswerPart.Reasoning it -> Json.object().put("reasoning_content", it.text());
      case AnswerPart.Call it -> {
        ObjectNode delta = Json.object();
        ObjectNode first = Json.object().put("index", call);
        first.setAll(AnswerJson.call(it, callId(call)));
        delta.putArray("tool_calls").add(first);
        yield delta;
      }
    };
  }

  private ObjectNode chunk(ObjectNode delta, List<TokenChance> chances, @Nullable String end) {
    ObjectNode chunk = head.of(CHUNK);
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.set("logprobs", AnswerJson.chances(chances));
    choice.put("finish_reason", end);
    if (question.wantsUsage()) {
      chunk.putNull("usage");
    }
    return chunk;
  }

  /** What follows a plain text; nothing if the client has gone. */
  Optional<ObjectNode> text() {
    StringBuilder text = new StringBuilder();
    Generated generated =
        model.generate(prompt, question.generation(), plain(piece -> text.append(piece)));
    if (client.isGone()) {
      return Optional.empty();
    }
    ObjectNode body = textChunk(text.toString(), AnswerJson.finish(generated, false));
    body.set("usage", AnswerJson.usage(generated));
    return Optional.of(body);
  }

  /** What follows a plain text, as events; false if the client has gone. */
  boolean text(EventStream events) {
    Generated generated =
        model.generate(
            prompt, question.generation(), plain(piece -> events.send(textChunk(piece, null))));
    if (client.isGone()) {
      return false;
    }
    events.send(textChunk("", AnswerJson.finish(generated, false)));
    usage("text_completion", generated, events);
    return true;
  }

  private ObjectNode textChunk(String text, @Nullable String end) {
    ObjectNode body = head.of("text_completion");
    ObjectNode choice = body.putArray("choices").addObject().put("index", 0).put("text", text);
    choice.set("logprobs", Json.read("null"));
    choice.put("finish_reason", end);
    return body;
  }

  private Receiver plain(Consumer<String> each) {
    return new Receiver() {
      @Override
      public void more(String piece, List<TokenChance> chances) {
        if (!piece.isEmpty()) {
          each.accept(piece);
        }
      }

      @Override
      public boolean isDone() {
        return client.isGone();
      }
    };
  }
}
