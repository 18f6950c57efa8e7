package dev.treadle.transcript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.transcript.Header.LineageStep;
import dev.treadle.transcript.Question.Evidence;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ExampleCodecTest {
  @Property(tries = 300)
  void readsWhatItWrote(@ForAll("examples") Example example) {
    byte[] line = ExampleCodec.encode(example);

    assertThat(ExampleCodec.decode(line)).isEqualTo(example);
    assertThat(new String(line, StandardCharsets.UTF_8)).doesNotContain("\n");
    assertThat(ExampleCodec.encode(ExampleCodec.decode(line))).isEqualTo(line);
  }

  @Test
  void keepsUnknownFieldsOfExampleMessageCallAndPart() {
    String line =
        """
        {"v":1,"id":"ex_00000000000000000000000000000001","kind":"conversation",
         "source":{"system":"s","key":"k","group":"g"},"novel":{"a":[1,2.50,null]},
         "messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}},
           {"type":"text","text":"t","cache":true}],"name":"Ann"},
          {"role":"assistant","content":"","tool_calls":[{"id":"c","type":"function",
           "function":{"name":"f","arguments":"{}"},"index":0}],"train":true,"refusal":null}]}
        """;

    Example example = ExampleCodec.decode(line.getBytes(StandardCharsets.UTF_8));
    String again = new String(ExampleCodec.encode(example), StandardCharsets.UTF_8);

    assertThat(again)
        .contains("\"extra\":{\"novel\":{\"a\":[1,2.50,null]}}")
        .contains("{\"type\":\"image_url\",\"image_url\":{\"url\":\"x\"}}")
        .contains("{\"type\":\"text\",\"text\":\"t\",\"cache\":true}")
        .contains("\"name\":\"Ann\"")
        .contains("\"index\":0")
        .contains("\"refusal\":null");
  }

  @Test
  void replacesHalfSurrogatesThatUtf8CannotExpress() {
    Example example = conversation(Message.user("a\uD800b"), Message.Assistant.of("\uDC00😀"));

    Example read = ExampleCodec.decode(ExampleCodec.encode(example));

    assertThat(read.messages().get(0).content().plainText()).isEqualTo("a\uFFFDb");
    assertThat(read.messages().get(1).content().plainText()).isEqualTo("\uFFFD😀");
  }

  @Test
  void namesTheFieldThatIsWrong() {
    assertThatThrownBy(() -> ExampleCodec.decode("{\"v\":1}".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(TreadleException.class)
        .hasMessageContaining("field id");
    assertThatThrownBy(() -> ExampleCodec.decode("{\"v\":".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(TreadleException.class)
        .hasMessageContaining("not JSON");
    assertThatThrownBy(() -> ExampleCodec.decode("{\"v\":2}".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(TreadleException.class)
        .hasMessageContaining("newer Treadle");
  }

  @Test
  void digestSeesTextAndCallsButNoScoreTimeOrSignature() {
    DigestKey key = new DigestKey(new byte[32]);
    Example example = conversation(Message.user("q"), Message.Assistant.of("a"));
    Digest digest = Digest.of(key, example);

    assertThat(Digest.of(key, conversation(Message.user("q"), Message.Assistant.of("b"))))
        .isNotEqualTo(digest);
    assertThat(Digest.of(key, conversation(Message.user("qa"), Message.Assistant.of(""))))
        .isNotEqualTo(digest);
    assertThat(
            Digest.of(
                key,
                conversation(
                    new Message.User(
                        Content.of("q"),
                        Optional.of(Instant.EPOCH),
                        Map.of("signature", Json.read("\"s\""))),
                    Message.Assistant.of("a").withTrain(false))))
        .isEqualTo(digest);
    byte[] other = new byte[32];
    other[0] = 1;
    assertThat(Digest.of(new DigestKey(other), example)).isNotEqualTo(digest);
  }

  @Test
  void idNamesTheSourceAndNothingElse() {
    ExampleId id = ExampleId.of("claude-code", "a/b");

    assertThat(id).isEqualTo(ExampleId.of("claude-code", "a/b"));
    assertThat(id).isNotEqualTo(ExampleId.of("claude-codea", "/b"));
    assertThat(id.derived("turn-1").value()).isEqualTo(id.value() + ".turn-1");
    assertThatThrownBy(() -> new ExampleId("ex_zz")).hasMessageContaining("not an example id");
  }

  private static Example conversation(Message... messages) {
    Source source = new Source("s", "k", "g", Optional.empty(), Optional.empty(), Optional.empty());
    return new Conversation(Header.of(source), List.of(messages), List.of());
  }

  @Provide
  Arbitrary<Example> examples() {
    return Combinators.combine(
            headers(), messages().list().ofMaxSize(4), Arbitraries.integers().between(0, 3))
        .as(
            (header, messages, kind) ->
                switch (kind) {
                  case 0 -> new Conversation(header, messages, List.of(tool()));
                  case 1 -> new Trajectory(header, messages, List.of(), outcome());
                  case 2 -> new Comparison(header, messages, List.of(), candidates());
                  default -> new Question(header, messages, List.of(), evidence());
                });
  }

  private static Arbitrary<Header> headers() {
    Arbitrary<String> text = text().filter(it -> !it.isBlank());
    return Combinators.combine(
            text, text, text().optional(), Arbitraries.of(ThinkingState.values()).optional())
        .as(
            (key, group, subject, thinking) -> {
              Source source =
                  new Source(
                      "test", key, group, subject, Optional.of("t"), Optional.of(Instant.EPOCH));
              return new Header(
                  ExampleId.of("test", key),
                  Optional.of(new Digest("0".repeat(32))),
                  source,
                  thinking,
                  subject,
                  Optional.of("zh"),
                  Map.of("quality", new Score(0.25, Map.of("length", 0.5), 3)),
                  Map.of("project", Json.read("\"p\"")),
                  List.of(new LineageStep("dedupe", 3, "sha256:00")),
                  Map.of("cwd", Json.read("[1,{\"a\":null}]")));
            });
  }

  private static Arbitrary<Message> messages() {
    Arbitrary<Content> content =
        Arbitraries.oneOf(
            text().map(Content::of),
            text()
                .map(
                    it ->
                        new Content.Parts(
                            List.of(
                                new Part.Text(it),
                                new Part.Blob("a".repeat(64), 70_000, "image/png"),
                                new Part.Unknown(Json.read("{\"type\":\"video\"}"))))));
    return Combinators.combine(content, text(), Arbitraries.integers().between(0, 3))
        .as(
            (said, text, role) ->
                switch (role) {
                  case 0 -> new Message.SystemPrompt(said, Optional.empty(), Map.of());
                  case 1 -> new Message.User(said, Optional.of(Instant.EPOCH), Map.of());
                  case 2 ->
                      new Message.ToolResult(
                          "c", said, true, Optional.empty(), Map.of("name", Json.read("1")));
                  default ->
                      new Message.Assistant(
                          Optional.of("m"),
                          Optional.of(text),
                          said,
                          List.of(new ToolCall("c", "f", text)),
                          false,
                          Optional.empty(),
                          Map.of());
                });
  }

  private static Arbitrary<String> text() {
    return Arbitraries.strings()
        .withChars("a \n\"\\，。😀é\u0000\u2028")
        .ofMaxLength(12)
        .map(ExampleCodec::wellFormed);
  }

  private static Tool tool() {
    return new Tool((tools.jackson.databind.node.ObjectNode) Json.read("{\"type\":\"function\"}"));
  }

  private static Outcome outcome() {
    return new Outcome(
        Outcome.Verdict.RESOLVED, Optional.of(1.0), true, Optional.of("diff"), Optional.empty());
  }

  private static List<Candidate> candidates() {
    return List.of(
        new Candidate(
            "m",
            Optional.of(Message.Assistant.of("a")),
            Optional.of(0.5),
            Optional.of(Duration.ofMillis(812)),
            Optional.of(new Usd(new BigDecimal("0.0004"))),
            Optional.empty()),
        new Candidate(
            "n",
            Optional.empty(),
            Optional.of(-1.0),
            Optional.empty(),
            Optional.empty(),
            Optional.of("timeout")));
  }

  private static List<Evidence> evidence() {
    return List.of(new Evidence("src/A.java", 10, 42, "b".repeat(64), Optional.of("c0ffee")));
  }
}
