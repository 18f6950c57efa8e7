package dev.treadle.curation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.Conversation;
import dev.treadle.transcript.Example;
import dev.treadle.transcript.ExampleId;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.ExchangeCodec;
import dev.treadle.transcript.ExchangeWriter;
import dev.treadle.transcript.Feedback;
import dev.treadle.transcript.FeedbackCodec;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.Part;
import dev.treadle.transcript.Purpose;
import dev.treadle.transcript.RawJson;
import dev.treadle.transcript.TextFilter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

class GatheringTest {
  private static final Instant TIME = Instant.parse("2026-11-20T08:00:00Z");

  @TempDir Path folder;

  private final List<byte[]> exchanges = new ArrayList<>();
  private final List<byte[]> feedback = new ArrayList<>();
  private final Map<String, byte[]> blobs = new HashMap<>();
  private List<Funnel.Row> rows = List.of();

  private List<Example> gather(String recipe) {
    List<Example> found = new ArrayList<>();
    try (Gathering gathering =
        new Gathering(
            Recipe.parse(Json.read(recipe)),
            exchanges.iterator(),
            feedback.iterator(),
            sha256 -> Optional.ofNullable(blobs.get(sha256)),
            folder.resolve("scratch"))) {
      gathering.forEachRemaining(found::add);
      rows = gathering.rows();
    }
    found.sort(Comparator.comparing(it -> it.header().source().key()));
    return found;
  }

  private List<Example> gather() {
    return gather("[\"select\"]");
  }

  private static List<String> keys(List<Example> examples) {
    return examples.stream().map(it -> it.header().source().key()).toList();
  }

  private static String said(Example example) {
    StringBuilder said = new StringBuilder();
    for (Message message : example.messages()) {
      String mark =
          message instanceof Message.Assistant answer ? (answer.train() ? "A!" : "A") : "U";
      said.append(mark).append(':').append(message.content().plainText()).append(' ');
    }
    return said.toString().strip();
  }

  /** A turn of a conversation: what was said before, then question and answer. */
  private final class Talk {
    private final String conversation;
    private final List<String> said = new ArrayList<>();
    private Optional<String> parent = Optional.empty();
    private String prefix = "start";
    private String subject = "p_1";
    private String model = "qwen3-14b";

    Talk(String conversation) {
      this.conversation = conversation;
    }

    Talk fork(String into) {
      Talk fork = new Talk(into);
      fork.said.addAll(said);
      fork.parent = parent;
      fork.prefix = prefix;
      return fork;
    }

    Exchange turn(String id, String question, String answer) {
      return turn(id, question, answer, Exchange.State.ANSWERED, Purpose.USER);
    }

    Exchange turn(
        String id, String question, String answer, Exchange.State state, Purpose purpose) {
      ArrayNode messages = Json.array();
      for (int i = 0; i < said.size(); i++) {
        messages
            .addObject()
            .put("role", i % 2 == 0 ? "user" : "assistant")
            .put("content", said.get(i));
      }
      messages.addObject().put("role", "user").put("content", question);
      said.add(question);
      said.add(answer);
      String through = Hashes.sha256(String.join("|", said).getBytes(StandardCharsets.UTF_8));
      Exchange it = exchange(id, state, purpose, messages, answer, Optional.of(through));
      exchanges.add(ExchangeCodec.encode(it));
      parent = Optional.of(it.id());
      prefix = through;
      return it;
    }

    private Exchange exchange(
        String id,
        Exchange.State state,
        Purpose purpose,
        ArrayNode messages,
        String answer,
        Optional<String> through) {
      ObjectNode request = Json.object().put("model", "support");
      request.set("messages", messages);
      ObjectNode body = Json.object().put("id", "c").put("object", "chat.completion");
      body.put("model", model);
      ObjectNode choice = body.putArray("choices").addObject().put("index", 0);
      choice.putObject("message").put("role", "assistant").put("content", answer);
      choice.put("finish_reason", "stop");
      return new Exchange(
          "xc_" + id,
          TIME.plusSeconds(exchanges.size()),
          state,
          "chat",
          "/v1/chat/completions",
          purpose,
          Optional.of(subject),
          Optional.of(
              new Exchange.ConversationMark(
                  conversation, "prefix", 0, parent, Optional.of(prefix), through)),
          "support",
          Optional.of(RawJson.of(request)),
          Map.of(),
          Optional.empty(),
          List.of(
              new Exchange.Attempt(
                  "local",
                  model,
                  Duration.ZERO,
                  Duration.ofMillis(800),
                  Optional.of(200),
                  Optional.empty(),
                  Optional.empty())),
          Optional.of(new Exchange.Answer(200, false, 0, Optional.of(RawJson.of(body)), List.of())),
          Optional.of(new Exchange.TokenUsage(12, 0, 0, 7, 0)),
          Optional.empty(),
          new Exchange.Timings(Optional.empty(), Duration.ofMillis(813), Duration.ZERO),
          Optional.empty(),
          Map.of());
    }
  }

  private void say(
      String id,
      Optional<String> exchange,
      Optional<String> conversation,
      Optional<Double> score,
      Optional<Boolean> thumb,
      Optional<String> correction) {
    feedback.add(
        FeedbackCodec.encode(
            new Feedback(
                "fb_" + id,
                TIME.plusSeconds(500),
                exchange,
                conversation,
                Optional.empty(),
                score,
                thumb,
                correction,
                Optional.empty(),
                Optional.of("c" + id),
                Map.of("topic", StringNode.valueOf("refund")))));
  }

  @Test
  void aConversationIsOneExampleHoweverManyCallsItTook() {
    Talk talk = new Talk("c_1");
    talk.turn("1", "q1", "a1");
    talk.turn("2", "q2", "a2");
    talk.turn("3", "q3", "a3");

    List<Example> found = gather();

    assertThat(found).hasSize(1);
    Example example = found.getFirst();
    assertThat(said(example)).isEqualTo("U:q1 A!:a1 U:q2 A!:a2 U:q3 A!:a3");
    assertThat(example.header().id()).isEqualTo(ExampleId.of("gateway", "c_1"));
    assertThat(example.header().source().group()).isEqualTo("c_1");
    assertThat(example.header().source().subject()).contains("p_1");
    assertThat(example.header().source().terms()).contains("qwen");
    assertThat(example.header().source().time()).contains(TIME);
    assertThat(example.header().labels().toString())
        .contains("route=\"support\"", "model=\"qwen3-14b\"", "purpose=\"user\"");
    assertThat(example.header().extra().toString())
        .contains("[\"xc_1\",\"xc_2\",\"xc_3\"]", "\"prompt_tokens\":12", "finish_reason=\"stop\"");
    assertThat(rows)
        .containsExactly(
            new Funnel.Row("exchanges", 3, 1, 0, new java.util.TreeMap<>(Map.of("continued", 2L))));
    assertThat(Files.exists(folder.resolve("scratch/turns"))).isFalse();
  }

  @Test
  void aBranchKeepsItsNameWhenTheConversationGrows() {
    Talk talk = new Talk("c_1");
    talk.turn("1", "q1", "a1");
    Talk other = talk.fork("c_1");
    talk.turn("2", "q2", "a2");
    other.turn("3", "q2b", "a2b");

    assertThat(keys(gather())).containsExactly("c_1", "c_1/xc_3");

    other.turn("4", "q3b", "a3b");
    talk.turn("5", "q3", "a3");
    List<Example> found = gather();

    assertThat(keys(found)).containsExactly("c_1", "c_1/xc_3");
    assertThat(said(found.getFirst())).endsWith("U:q3 A!:a3");
    assertThat(said(found.get(1))).isEqualTo("U:q1 A!:a1 U:q2b A!:a2b U:q3b A!:a3b");
    assertThat(found.get(1).header().source().group()).isEqualTo("c_1");
  }

  @Test
  void answersThatTheClientBroughtAlongAreContext() {
    Talk talk = new Talk("c_1");
    talk.said.addAll(List.of("q0", "a0"));
    talk.turn("1", "q1", "a1");
    talk.said.set(3, "a1, but edited");
    talk.turn("2", "q2", "a2");

    assertThat(gather().stream().map(GatheringTest::said))
        .containsExactly("U:q0 A:a0 U:q1 A:a1, but edited U:q2 A!:a2");
  }

  @Test
  void aPlaceholderWithAnotherNumberIsTheSameAnswer() {
    Talk talk = new Talk("c_1");
    talk.turn("1", "q1", "use <SECRET:github:1>");
    talk.said.set(1, "use <SECRET:github:2>");
    talk.turn("2", "q2", "a2");

    assertThat(said(gather().getFirst())).isEqualTo("U:q1 A!:use <SECRET:github:1> U:q2 A!:a2");
  }

  @Test
  void onlyAnsweredCallsOfTheRecipesPurposesAreTaken() {
    Talk talk = new Talk("c_1");
    talk.turn("1", "q1", "a1");
    talk.fork("c_1").turn("2", "q2", "half", Exchange.State.ABORTED, Purpose.USER);
    talk.fork("c_1").turn("3", "q2", "x", Exchange.State.FAILED, Purpose.USER);
    talk.fork("c_1").turn("4", "q2", "x", Exchange.State.CANCELLED, Purpose.USER);
    talk.fork("c_1").turn("5", "q2", "x", Exchange.State.OPEN, Purpose.USER);
    new Talk("c_2").turn("6", "judge this", "8", Exchange.State.ANSWERED, Purpose.JUDGE);

    assertThat(gather().stream().map(GatheringTest::said)).containsExactly("U:q1 A!:a1");
    assertThat(rows.getFirst().dropped())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "aborted",
                1L,
                "failed",
                1L,
                "cancelled",
                1L,
                "unfinished",
                1L,
                "other_purpose",
                1L));
    assertThat(keys(gather("[{\"exchanges\":{\"purposes\":[\"judge\"]}}]"))).containsExactly("c_2");
    assertThat(gather("[{\"exchanges\":{\"gather\":false}}]")).isEmpty();
    assertThat(rows).isEmpty();
    assertThatThrownBy(() -> gather("[{\"exchanges\":{\"purposes\":[\"juge\"]}}]"))
        .hasMessageContaining("did you mean 'judge'?");
  }

  @Test
  void theLastRevisionOfAnExchangeCounts() {
    Talk talk = new Talk("c_1");
    Exchange it = talk.turn("1", "q1", "a1", Exchange.State.OPEN, Purpose.USER);
    Talk again = new Talk("c_1");
    again.turn("1", "q1", "a1");

    assertThat(gather()).hasSize(1);
    assertThat(rows.getFirst().in()).isEqualTo(1);
    assertThat(it.id()).isEqualTo("xc_1");
  }

  @Test
  void aConversationThatGoesOnUnderANewNameAfterARestartIsOne() {
    Talk talk = new Talk("c_old");
    talk.turn("1", "q1", "a1");
    talk.turn("2", "q2", "a2");
    Talk after = talk.fork("c_new");
    after.parent = Optional.empty();
    after.turn("3", "q3", "a3");
    after.turn("4", "q4", "a4");
    Talk third = after.fork("c_third");
    third.parent = Optional.empty();
    third.turn("5", "q5", "a5");

    List<Example> found = gather();

    assertThat(keys(found)).containsExactly("c_old");
    assertThat(said(found.getFirst()))
        .isEqualTo("U:q1 A!:a1 U:q2 A!:a2 U:q3 A!:a3 U:q4 A!:a4 U:q5 A!:a5");
    assertThat(rows.getFirst().in()).isEqualTo(5);
  }

  @Test
  void strangersWhoSaidTheSameAreNotOneConversation() {
    Talk talk = new Talk("c_1");
    talk.turn("1", "hello", "hi");
    Talk other = talk.fork("c_2");
    other.parent = Optional.empty();
    other.subject = "p_2";
    other.turn("2", "q2", "a2");

    assertThat(keys(gather())).containsExactly("c_1", "c_2");
  }

  @Test
  void anExampleIsUnderTheTermsOfAllItsAnswers() {
    Talk talk = new Talk("c_1");
    talk.turn("1", "q1", "a1");
    talk.model = "claude-sonnet-4-5";
    talk.turn("2", "q2", "a2");
    Example example = gather().getFirst();

    assertThat(example.header().source().terms()).contains("anthropic+qwen");
    Stage select =
        Recipe.parse(Json.read("[{\"select\":{\"without-terms\":[\"anthropic\"]}}]"))
            .steps()
            .getFirst()
            .stage();
    assertThat(((Stage.OfEach) select).map(example)).isInstanceOf(Verdict.Drop.class);
  }

  @Test
  void feedbackBecomesScoresAndLabels() {
    Talk talk = new Talk("c_1");
    talk.turn("1", "q1", "a1");
    talk.turn("2", "q2", "a2");
    say(
        "1",
        Optional.of("xc_1"),
        Optional.empty(),
        Optional.of(1.0),
        Optional.of(true),
        Optional.empty());
    say(
        "2",
        Optional.of("xc_2"),
        Optional.empty(),
        Optional.of(0.5),
        Optional.of(false),
        Optional.empty());
    say(
        "3",
        Optional.empty(),
        Optional.of("c_1"),
        Optional.empty(),
        Optional.of(true),
        Optional.empty());
    say(
        "4",
        Optional.of("xc_9"),
        Optional.empty(),
        Optional.of(1.0),
        Optional.empty(),
        Optional.empty());
    say(
        "5",
        Optional.empty(),
        Optional.of("c_9"),
        Optional.of(1.0),
        Optional.empty(),
        Optional.empty());

    Example example = gather().getFirst();

    assertThat(example.header().scores().toString()).contains("feedback=Score[value=0.75");
    assertThat(example.header().labels().toString())
        .contains("thumbs=\"mixed\"", "topic=\"refund\"");
    assertThat(example.header().extra().toString()).contains("[\"c3\",\"c1\",\"c2\"]");
    assertThat(rows.get(1))
        .isEqualTo(
            new Funnel.Row(
                "feedback", 5, 3, 0, new java.util.TreeMap<>(Map.of("no_exchange", 2L))));
  }

  @Test
  void aCorrectionBecomesAComparisonAndTheAnswerIsNoTarget() {
    Talk talk = new Talk("c_1");
    talk.turn("1", "q1", "wrong");
    talk.turn("2", "q2", "a2");
    say(
        "1",
        Optional.of("xc_1"),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of("worse"));
    say(
        "2",
        Optional.of("xc_1"),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of("right"));

    List<Example> found = gather();

    assertThat(keys(found)).containsExactly("c_1", "xc_1/correction");
    assertThat(said(found.getFirst())).isEqualTo("U:q1 A:wrong U:q2 A!:a2");
    assertThat(found.get(1))
        .isInstanceOfSatisfying(
            Comparison.class,
            it -> {
              assertThat(said(it)).isEqualTo("U:q1");
              assertThat(it.header().source().group()).isEqualTo("c_1");
              assertThat(Candidates.best(Candidates.scored(it)).orElseThrow().message())
                  .isEqualTo(Message.Assistant.of("right"));
              assertThat(Candidates.worst(Candidates.scored(it)).orElseThrow().model())
                  .isEqualTo("qwen3-14b");
            });
    assertThat(rows.get(1).changed()).isEqualTo(2);
  }

  @Test
  void aDemonstrationBecomesAConversationWhoseLastAnswerIsTheTarget() {
    new Talk("c_1").turn("1", "q1", "wrong");
    feedback.add(
        FeedbackCodec.encode(
            new Feedback(
                "fb_1",
                TIME.plusSeconds(9),
                Optional.empty(),
                Optional.of("c_1"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(
                    List.of(
                        Message.user("q1"),
                        Message.Assistant.of("wait"),
                        Message.user("go"),
                        Message.Assistant.of("right"))),
                Optional.empty(),
                Map.of())));

    List<Example> found = gather();

    assertThat(found.stream().map(GatheringTest::said))
        .containsExactly("U:q1 A:wrong", "U:q1 A:wait U:go A!:right");
    assertThat(keys(found)).containsExactly("c_1", "xc_1/demonstration");
  }

  @Test
  void whatCannotBeReadIsCountedAndTheRestIsGathered() {
    exchanges.add("{\"v\":1}".getBytes(StandardCharsets.UTF_8));
    Talk talk = new Talk("c_1");
    Exchange it = talk.turn("1", "q1", "a1");
    exchanges.clear();
    exchanges.add("{\"v\":1}".getBytes(StandardCharsets.UTF_8));
    exchanges.add(
        ExchangeCodec.encode(
            it.withBodies(Optional.of(RawJson.of(Json.read("{\"messages\":3}"))), it.answer())));
    exchanges.add(
        ExchangeCodec.encode(
            new Talk("c_2").turn("2", "x", "y").withBodies(Optional.empty(), it.answer())));
    exchanges.remove(2);
    new Talk("c_3").turn("3", "q3", "a3");

    assertThat(keys(gather())).containsExactly("c_3");
    assertThat(rows.getFirst().dropped())
        .containsExactlyInAnyOrderEntriesOf(Map.of("unreadable", 2L, "no_body", 1L));
    assertThat(rows.getFirst().in()).isEqualTo(4);
    assertThat(rows.getFirst().out()).isEqualTo(1);
  }

  @Test
  void aLongTextStaysInItsBlob() {
    String longText = "word ".repeat(20_000);
    Exchange it = new Talk("c_1").turn("1", longText, "a1");
    exchanges.clear();
    exchanges.add(
        new ExchangeWriter(
                new TextFilter() {
                  @Override
                  public String clean(String text) {
                    return text;
                  }

                  @Override
                  public Optional<String> moved(byte[] utf8) {
                    String name = Hashes.sha256(utf8);
                    blobs.put(name, utf8);
                    return Optional.of(name);
                  }
                })
            .write(it));

    Example example = gather().getFirst();

    assertThat(example.messages().getFirst().content().toString()).contains("Blob[sha256=");
    assertThat(
            ((dev.treadle.transcript.Content.Parts) example.messages().getFirst().content())
                .parts())
        .containsExactly(
            new Part.Blob(blobs.keySet().iterator().next(), longText.length(), Part.Blob.TEXT));
    blobs.clear();
    assertThat(gather()).isEmpty();
    assertThat(rows.getFirst().dropped()).containsKey("unreadable");
  }

  @Test
  void manyInterleavedConversationsAreEachGatheredOnce() {
    List<Talk> talks = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      talks.add(new Talk("c_" + i));
    }
    for (int turn = 0; turn < 4; turn++) {
      for (int i = 0; i < talks.size(); i++) {
        talks.get(i).turn("%02d%04d".formatted(turn, i), "q" + turn + " of " + i, "a" + turn + i);
      }
    }

    List<Example> found = gather();

    assertThat(found).hasSize(500).allMatch(it -> it instanceof Conversation);
    assertThat(keys(found)).doesNotHaveDuplicates();
    assertThat(found).allMatch(it -> it.messages().size() == 8);
  }
}
