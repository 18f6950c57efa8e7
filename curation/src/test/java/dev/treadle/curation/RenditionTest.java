package dev.treadle.curation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.transcript.Candidate;
import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.Content;
import dev.treadle.transcript.Conversation;
import dev.treadle.transcript.Example;
import dev.treadle.transcript.ExampleCodec;
import dev.treadle.transcript.Header;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.Part;
import dev.treadle.transcript.Source;
import dev.treadle.transcript.ToolCall;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

// Long because every format is held against the same few dialogues.
class RenditionTest {
  private static final String BLOB = "a".repeat(64);
  private static final RenderOptions KEY = RenderOptions.of(Thinking.KEY, Blobs.NONE);

  @Test
  void cutsWhatFollowsTheLastAnswer() {
    Rendition.Rows rows =
        rows(
            TrainerFormat.OPENAI_MESSAGES,
            conversation(
                Message.user("q"),
                Message.Assistant.of("a"),
                Message.user("run it"),
                calls("Running.", "c1"),
                result("c1", "ok")));

    assertThat(rows.rows().getFirst().path("messages")).hasSize(2);
    assertThat(rows.losses()).containsExactly("trailing_turns_cut");
  }

  @Test
  void leavesOutWhatHasNoAnswerAfterItsCalls() {
    for (TrainerFormat format : supervised()) {
      assertThat(
              format.render(
                  conversation(Message.user("q"), calls("", "c1"), result("c1", "ok")), KEY))
          .isEqualTo(new Rendition.LeftOut("ends_with_tool_result"));
      assertThat(format.render(conversation(Message.user("q")), KEY))
          .isEqualTo(new Rendition.LeftOut("no_assistant_answer"));
    }
  }

  @Test
  void pairsResultsByIdAlsoWhereAnIdIsUsedAgain() {
    Rendition.Rows rows =
        rows(
            TrainerFormat.OPENAI_MESSAGES,
            conversation(
                Message.user("q"),
                calls("", "x", "y"),
                result("y", "first y"),
                result("x", "first x"),
                calls("", "x"),
                result("x", "second x"),
                result("z", "nobody asked"),
                Message.Assistant.of("done")));

    assertThat(texts(rows, "messages", "content"))
        .containsExactly("q", "", "first x", "first y", "", "second x", "done");
    assertThat(rows.losses()).containsExactly("tools_derived", "unpaired_result_dropped");
  }

  @Test
  void keepsAnAnswerThatLostItsCallAsContext() {
    Example example =
        conversation(
            Message.user("q"),
            calls("I'll delete it.", "c1"),
            Message.user("No, stop."),
            Message.Assistant.of("Stopped."));

    Rendition.Rows openAi = rows(TrainerFormat.OPENAI_MESSAGES, example);

    assertThat(openAi.rows().getFirst().path("messages").get(1).path("weight").asInt(1)).isZero();
    assertThat(openAi.losses()).containsExactly("unanswered_call_dropped");
    assertThat(rows(TrainerFormat.TRL, example).losses())
        .containsExactly("context_turns_trained", "unanswered_call_dropped");
  }

  @Test
  void putsAUserTurnBetweenResultAndAnswerWhereLoadersTakeIt() {
    Example example =
        conversation(
            Message.user("q"),
            calls("", "c1"),
            result("c1", "1 failed"),
            Message.user("Use pytest."),
            Message.Assistant.of("ok"));

    Rendition.Rows rows = rows(TrainerFormat.LLAMA_FACTORY, example);

    assertThat(texts(rows, "conversations", "from"))
        .containsExactly("human", "function_call", "observation", "gpt");
    assertThat(texts(rows, "conversations", "value")).contains("1 failed\n\nUse pytest.");
    assertThat(rows.losses()).contains("user_turn_in_result");
    assertThat(texts(rows(TrainerFormat.TRL, example), "messages", "role"))
        .containsExactly("user", "assistant", "tool", "user", "assistant");
  }

  @Test
  void joinsSystemPromptsAndUserTurnsForStrictFormats() {
    Example example =
        conversation(
            Message.system("a"),
            Message.Assistant.of("Hello!"),
            Message.user("one"),
            Message.system("b"),
            Message.user("two"),
            Message.Assistant.of("answer"));

    Rendition.Rows rows = rows(TrainerFormat.LLAMA_FACTORY, example);

    assertThat(rows.rows().getFirst().path("system").asString()).isEqualTo("a\n\nb");
    assertThat(texts(rows, "conversations", "value")).containsExactly("one\n\ntwo", "answer");
    assertThat(rows.losses())
        .containsExactly("leading_answer_dropped", "system_prompts_joined", "user_turns_joined");
    assertThat(rows(TrainerFormat.OPENAI_MESSAGES, example).losses()).isEmpty();
  }

  @Test
  void ignoresTurnsWithoutText() {
    Rendition.Rows rows =
        rows(
            TrainerFormat.TRL,
            conversation(
                Message.system(" "),
                Message.user("q"),
                Message.user("\n"),
                Message.Assistant.of("a")));

    assertThat(texts(rows, "messages", "content")).containsExactly("q", "a");
    assertThat(rows.losses()).isEmpty();
  }

  @Test
  void readsTextPartsThatHaveFieldsOfTheirOwn() {
    JsonNode cached =
        Json.read("{\"type\":\"text\",\"text\":\"q\",\"cache_control\":{\"type\":\"ephemeral\"}}");
    Message question =
        new Message.User(
            new Content.Parts(List.of(new Part.Unknown(cached))), Optional.empty(), Map.of());

    Rendition.Rows rows =
        rows(TrainerFormat.TRL, conversation(question, Message.Assistant.of("a")));

    assertThat(texts(rows, "messages", "content")).containsExactly("q", "a");
    assertThat(rows.losses()).isEmpty();
  }

  @Test
  void leavesOutArgumentsThatStopALoader() {
    Message broken =
        new Message.Assistant(
            Optional.empty(),
            Optional.empty(),
            Content.of(""),
            List.of(new ToolCall("c1", "f", "{\"a\":")),
            true,
            Optional.empty(),
            Map.of());
    for (TrainerFormat format : supervised()) {
      assertThat(
              format.render(
                  conversation(
                      Message.user("q"), broken, result("c1", "?"), Message.Assistant.of("a")),
                  KEY))
          .isEqualTo(new Rendition.LeftOut("broken_tool_arguments"));
    }
  }

  @Test
  void placesReasoningAsAsked() {
    Example example = conversation(Message.user("q"), thought("because </think> so", "a"));

    assertThat(content(example, TrainerFormat.TRL, Thinking.KEY)).isEqualTo("a");
    assertThat(content(example, TrainerFormat.TRL, Thinking.INLINE))
        .isEqualTo("<think>\nbecause  so\n</think>\n\na");
    assertThat(content(example, TrainerFormat.TRL, Thinking.DROP)).isEqualTo("a");
    assertThat(content(example, TrainerFormat.MS_SWIFT, Thinking.KEY))
        .isEqualTo("<think>\nbecause  so\n</think>\n\na");
    Rendition dropped =
        TrainerFormat.AXOLOTL.render(example, RenderOptions.of(Thinking.DROP, Blobs.NONE));
    assertThat(((Rendition.Rows) dropped).losses()).containsExactly("reasoning_dropped");
    Example inline =
        conversation(Message.user("q"), Message.Assistant.of("<think>\nw\n</think>\n\na"));
    assertThat(content(inline, TrainerFormat.TRL, Thinking.DROP)).isEqualTo("a");
  }

  @Test
  void putsBlobsBackAndSaysWhichAreGone() {
    Message question =
        new Message.User(
            new Content.Parts(
                List.of(
                    new Part.Text("What is it?"),
                    new Part.Blob(BLOB, 70_000, Part.Blob.TEXT),
                    new Part.Blob("b".repeat(64), 90_000, "image/png"))),
            Optional.empty(),
            Map.of());
    Example example = conversation(question, Message.Assistant.of("a"));
    Blobs blobs =
        sha256 ->
            Optional.of((sha256.equals(BLOB) ? "long" : "png").getBytes(StandardCharsets.UTF_8));

    assertThat(TrainerFormat.TRL.render(example, KEY))
        .isEqualTo(new Rendition.LeftOut("blob_missing"));
    Rendition.Rows trl =
        (Rendition.Rows) TrainerFormat.TRL.render(example, RenderOptions.of(Thinking.KEY, blobs));
    assertThat(texts(trl, "messages", "content")).containsExactly("What is it?\nlong", "a");
    assertThat(trl.losses()).containsExactly("image_dropped");
    Rendition.Rows openAi =
        (Rendition.Rows)
            TrainerFormat.OPENAI_MESSAGES.render(example, RenderOptions.of(Thinking.KEY, blobs));
    assertThat(openAi.rows().getFirst().path("messages").get(0).path("content").get(2).toString())
        .isEqualTo(
            "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,cG5n\"}}");
    assertThat(openAi.losses()).isEmpty();
  }

  @Test
  void derivesToolsFromTheCalls() {
    List<ToolCall> calls =
        List.of(
            new ToolCall("1", "f", "{\"a\":1,\"b\":\"x\"}"),
            new ToolCall("2", "f", "{\"b\":[\"y\"],\"a\":2,\"c\":true}"),
            new ToolCall("3", "g", ""));
    Message asked =
        new Message.Assistant(
            Optional.empty(),
            Optional.empty(),
            Content.of(""),
            calls,
            true,
            Optional.empty(),
            Map.of());

    Rendition.Rows rows =
        rows(
            TrainerFormat.LLAMA_FACTORY,
            conversation(
                Message.user("q"),
                asked,
                result("1", ""),
                result("2", ""),
                result("3", ""),
                Message.Assistant.of("a")));

    assertThat(rows.rows().getFirst().path("tools").asString())
        .isEqualTo(
            "[{\"name\":\"f\",\"description\":\"\",\"parameters\":{\"type\":\"object\",\"properties\":"
                + "{\"a\":{\"type\":\"integer\"},\"b\":{},\"c\":{\"type\":\"boolean\"}},"
                + "\"required\":[\"a\",\"b\"]}},"
                + "{\"name\":\"g\",\"description\":\"\",\"parameters\":"
                + "{\"type\":\"object\",\"properties\":{},\"required\":[]}}]");
  }

  @Test
  void ranksTheAnswersOfAComparison() {
    assertThat(pair(0.9, 0.9)).isEqualTo("tie");
    assertThat(pair(0.9, 0.85)).isEqualTo("margin_too_small");
    assertThat(pair(0.4, 0.1)).isEqualTo("low_score");
    assertThat(pair(0.9, -1)).isEqualTo("no_pair");
    assertThat(pair(-1, -1)).isEqualTo("not_scored");
    assertThat(pair(0.9, 0.2)).isEqualTo("rows");
    assertThat(route(0.9, 0.85)).isEqualTo("rows");
    assertThat(route(0.9, 0.9)).isEqualTo("tie");
    assertThat(route(0.4, 0.1)).isEqualTo("low_score");
    assertThat(route(0.9, -1)).isEqualTo("one_model");
  }

  @Test
  void namesEveryCodeInTheDocumentation() throws IOException {
    String page =
        Files.readString(
            Path.of(
                Objects.requireNonNull(System.getProperty("treadle.root")), "docs", "formats.md"));

    for (Loss loss : Loss.values()) {
      assertThat(page).contains("| `" + loss.code() + "` |");
    }
    for (Exclusion exclusion : Exclusion.values()) {
      assertThat(page).contains("| `" + exclusion.code() + "` |");
    }
  }

  @Test
  void registersEveryColumnAndTag() {
    ObjectNode entry =
        (ObjectNode) LlamaFactoryRegistry.of(Map.of("demo", "demo.jsonl")).path("demo");

    assertThat(entry.path("tags")).hasSize(7);
    assertThat(names(entry.path("columns"))).containsExactly("messages", "system", "tools");
  }

  @Property(tries = 500)
  void llamaFactoryRowsAlternateAndEndWithAnAnswer(@ForAll("examples") Example example) {
    if (TrainerFormat.LLAMA_FACTORY.render(example, KEY) instanceof Rendition.Rows rows) {
      List<String> from = texts(rows, "conversations", "from");
      for (int i = 0; i < from.size(); i++) {
        assertThat(i % 2 == 0 ? List.of("human", "observation") : List.of("gpt", "function_call"))
            .contains(from.get(i));
      }
      assertThat(from.size() % 2).isZero();
      assertThat(from.getFirst()).isEqualTo("human");
    }
  }

  @Property(tries = 500)
  void openAiRowsPairEveryCallWithItsResult(@ForAll("examples") Example example) {
    if (TrainerFormat.OPENAI_MESSAGES.render(example, KEY) instanceof Rendition.Rows rows) {
      List<String> expected = new ArrayList<>();
      List<String> found = new ArrayList<>();
      for (JsonNode message : rows.rows().getFirst().path("messages")) {
        assertThat(message.has("content")).isTrue();
        message.path("tool_calls").forEach(call -> expected.add(call.path("id").asString()));
        if (message.path("role").asString().equals("tool")) {
          found.add(message.path("tool_call_id").asString());
          assertThat(found).isEqualTo(expected.subList(0, found.size()));
        } else if (message.path("role").asString().equals("user")) {
          assertThat(found).isEqualTo(expected);
        }
      }
      assertThat(found).isEqualTo(expected);
    }
  }

  @Property(tries = 200)
  void rendersTheSameAgain(@ForAll("examples") Example example) {
    for (TrainerFormat format : TrainerFormat.values()) {
      Example same = ExampleCodec.decode(ExampleCodec.encode(example));
      assertThat(format.render(example, KEY)).isEqualTo(format.render(same, KEY));
    }
  }

  @Provide
  Arbitrary<Example> examples() {
    Arbitrary<String> id = Arbitraries.of("1", "2", "3");
    Arbitrary<Message> messages =
        Combinators.combine(
                Arbitraries.integers().between(0, 6), id, id, Arbitraries.of(true, false))
            .as(
                (kind, first, second, train) ->
                    switch (kind) {
                      case 0 -> Message.system("s" + first);
                      case 1, 2 -> Message.user("u" + first);
                      case 3 -> Message.Assistant.of(first.equals("3") ? "" : "a").withTrain(train);
                      case 4 -> calls(train ? "t" : "", first, second);
                      default -> result(first, "r" + second);
                    });
    return messages.list().ofMaxSize(12).map(it -> conversation(it.toArray(Message[]::new)));
  }

  private static String pair(double first, double second) {
    return outcome(TrainerFormat.DPO.render(comparison(first, second), KEY));
  }

  private static String route(double first, double second) {
    return outcome(TrainerFormat.ROUTE.render(comparison(first, second), KEY));
  }

  private static String outcome(Rendition rendition) {
    return switch (rendition) {
      case Rendition.Rows _ -> "rows";
      case Rendition.LeftOut(String reason) -> reason;
    };
  }

  private static Example comparison(double first, double second) {
    return new Comparison(
        header(),
        List.of(Message.user("q")),
        List.of(),
        List.of(candidate("m", first), candidate("n", second)));
  }

  private static Candidate candidate(String model, double score) {
    return new Candidate(
        model,
        Optional.of(Message.Assistant.of("from " + model)),
        Optional.of(score),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static Example conversation(Message... messages) {
    return new Conversation(header(), List.of(messages), List.of());
  }

  private static Header header() {
    return Header.of(
        new Source("test", "k", "g", Optional.empty(), Optional.empty(), Optional.empty()));
  }

  private static Message thought(String reasoning, String text) {
    return new Message.Assistant(
        Optional.empty(),
        Optional.of(reasoning),
        Content.of(text),
        List.of(),
        true,
        Optional.empty(),
        Map.of());
  }

  private static Message calls(String text, String... ids) {
    List<ToolCall> calls = new ArrayList<>();
    for (String id : new TreeSet<>(List.of(ids))) {
      calls.add(new ToolCall(id, "tool", "{}"));
    }
    return new Message.Assistant(
        Optional.empty(),
        Optional.empty(),
        Content.of(text),
        calls,
        true,
        Optional.empty(),
        Map.of());
  }

  private static Message result(String id, String text) {
    return new Message.ToolResult(id, Content.of(text), false, Optional.empty(), Map.of());
  }

  private static List<TrainerFormat> supervised() {
    return List.of(
        TrainerFormat.OPENAI_MESSAGES,
        TrainerFormat.LLAMA_FACTORY,
        TrainerFormat.TRL,
        TrainerFormat.AXOLOTL,
        TrainerFormat.MS_SWIFT);
  }

  private static Rendition.Rows rows(TrainerFormat format, Example example) {
    return (Rendition.Rows) format.render(example, KEY);
  }

  private static String content(Example example, TrainerFormat format, Thinking thinking) {
    Rendition.Rows rows =
        (Rendition.Rows) format.render(example, RenderOptions.of(thinking, Blobs.NONE));
    return texts(rows, "messages", "content").getLast();
  }

  private static List<String> texts(Rendition.Rows rows, String list, String field) {
    List<String> texts = new ArrayList<>();
    rows.rows().getFirst().path(list).forEach(it -> texts.add(it.path(field).asString()));
    return texts;
  }

  private static List<String> names(JsonNode node) {
    return List.copyOf(node.propertyNames());
  }
}
