package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Content;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.Part;
import dev.treadle.transcript.Tool;
import dev.treadle.transcript.ToolCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes requests that both wire APIs can say, in the form that reading gives. */
final class RequestArbitraries {
  private RequestArbitraries() {}

  static Arbitrary<String> words() {
    return Arbitraries.strings()
        .withChars("ab \n\"\\{}é€😀".toCharArray())
        .ofMinLength(1)
        .ofMaxLength(9)
        .map(it -> it.replaceAll("[\uD800-\uDFFF]", "x"));
  }

  private static Arbitrary<Part> parts() {
    return Arbitraries.oneOf(
        words().map(Part.Text::new),
        Arbitraries.of(
            part("{'type':'image_url','image_url':{'url':'data:image/png;base64,iVBORw0='}}"),
            part("{'type':'image_url','image_url':{'url':'https://example.org/a.png'}}"),
            part(
                "{'type':'file','file':{'file_data':'data:application/pdf;base64,JVBERi0=',"
                    + "'filename':'a.pdf'}}")));
  }

  private static Part part(String json) {
    return new Part.Unknown(Json.read(json.replace('\'', '"')));
  }

  private static Arbitrary<Content> rich() {
    return Arbitraries.oneOf(
        words().map(Content::of), parts().list().ofMinSize(2).ofMaxSize(4).map(Content.Parts::new));
  }

  private static Arbitrary<Content> plain() {
    return Arbitraries.oneOf(
        words().map(Content::of),
        words().<Part>map(Part.Text::new).list().ofMinSize(2).ofMaxSize(3).map(Content.Parts::new));
  }

  static Arbitrary<String> arguments() {
    Arbitrary<String> objects =
        Arbitraries.maps(Arbitraries.of("a", "b", "c"), words())
            .ofMaxSize(3)
            .map(
                it -> {
                  ObjectNode object = Json.object();
                  it.forEach(object::put);
                  return object.toString();
                });
    return Arbitraries.frequencyOf(
        Tuple.of(8, objects),
        Tuple.of(1, Arbitraries.of("{\"a\":", "[1]", "{\"_raw\":\"x\"}", "x", "null")));
  }

  private static Arbitrary<ToolCall> calls() {
    return Combinators.combine(
            Arbitraries.strings().withCharRange('a', 'z').ofLength(6),
            Arbitraries.of("search", "bash"),
            arguments())
        .as((id, name, arguments) -> new ToolCall("call_" + id, name, arguments));
  }

  static Arbitrary<Message.Assistant> assistants() {
    Arbitrary<List<JsonNode>> thinking =
        Combinators.combine(words(), words())
            .as(
                (text, signature) ->
                    (JsonNode)
                        Json.object()
                            .put("type", "thinking")
                            .put("thinking", text)
                            .put("signature", signature))
            .list()
            .ofMaxSize(1);
    return Combinators.combine(
            thinking,
            Arbitraries.oneOf(words().map(Content::of), Arbitraries.just(Content.of(""))),
            calls().list().ofMaxSize(3))
        .as(RequestArbitraries::assistant);
  }

  private static Message.Assistant assistant(
      List<JsonNode> thinking, Content content, List<ToolCall> calls) {
    Map<String, JsonNode> extra = new LinkedHashMap<>();
    if (!thinking.isEmpty()) {
      extra.put("thinking_blocks", Json.array().addAll(thinking));
    }
    return new Message.Assistant(
        Optional.empty(),
        thinking.stream().map(it -> it.path("thinking").stringValue()).findFirst(),
        thinking.isEmpty() && calls.isEmpty() && content.isEmpty() ? Content.of("a") : content,
        calls,
        true,
        Optional.empty(),
        extra);
  }

  private static Arbitrary<List<Message>> messages() {
    Arbitrary<Message> results =
        Combinators.combine(words(), plain())
            .as(
                (id, content) ->
                    new Message.ToolResult(id, content, false, Optional.empty(), Map.of()));
    Arbitrary<Message> users = rich().map(it -> new Message.User(it, Optional.empty(), Map.of()));
    Arbitrary<List<Message>> turns =
        Arbitraries.oneOf(users, results, assistants().map(Message.class::cast))
            .list()
            .ofMaxSize(8);
    Arbitrary<Optional<Message>> system =
        plain()
            .map(it -> (Message) new Message.SystemPrompt(it, Optional.empty(), Map.of()))
            .optional();
    return Combinators.combine(system, turns)
        .as(
            (head, rest) -> {
              List<Message> all = new ArrayList<>();
              head.ifPresent(all::add);
              all.addAll(rest);
              return all;
            });
  }

  private static Arbitrary<Tool> tools() {
    return Combinators.combine(words(), words().optional(), Arbitraries.of(true, false).optional())
        .as(
            (name, description, strict) -> {
              ObjectNode definition = Json.object().put("type", "function");
              ObjectNode function = definition.putObject("function").put("name", name);
              description.ifPresent(it -> function.put("description", it));
              function.putObject("parameters").put("type", "object").putObject("properties");
              strict.ifPresent(it -> function.put("strict", it));
              return new Tool(definition);
            });
  }

  private static Arbitrary<Sampling> samplings() {
    return Combinators.combine(
            Arbitraries.longs().between(1, 100_000),
            Arbitraries.of(0.0, 0.25, 1.0).optional(),
            Arbitraries.of(0.1, 0.9).optional(),
            words().list().ofMaxSize(3))
        .as(
            (max, temperature, topP, stop) ->
                new Sampling(Optional.of(max), temperature, topP, stop));
  }

  static Arbitrary<ModelRequest> requests() {
    Arbitrary<ToolChoice> choices =
        Arbitraries.of(
            new ToolChoice.Auto(), new ToolChoice.Required(), new ToolChoice.Named("bash"));
    Arbitrary<ResponseFormat> formats =
        Arbitraries.just(
            new ResponseFormat.JsonSchema(
                Optional.of(ChatWriter.SCHEMA_NAME),
                Json.object().put("type", "object"),
                Optional.empty(),
                Optional.empty()));
    Arbitrary<Optional<String>> efforts = Arbitraries.of("low", "high", "max").optional();
    return Combinators.combine(
            messages(),
            tools().list().ofMaxSize(2),
            choices.optional(),
            Arbitraries.of(true, false).optional(),
            samplings(),
            formats.optional(),
            efforts,
            words().optional())
        .as(
            (messages, tools, choice, parallel, sampling, format, effort, user) ->
                new ModelRequest(
                    Protocol.CHAT,
                    "m",
                    messages,
                    tools,
                    choice.filter(_ -> !tools.isEmpty()),
                    choice.filter(_ -> !tools.isEmpty()).flatMap(_ -> parallel),
                    sampling,
                    format,
                    effort,
                    Optional.empty(),
                    parallel.isEmpty(),
                    user,
                    Map.of()));
  }
}
