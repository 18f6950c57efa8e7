package dev.treadle.curation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.transcript.Conversation;
import dev.treadle.transcript.Example;
import dev.treadle.transcript.ExampleId;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.ExchangeCodec;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Part;
import dev.treadle.transcript.Purpose;
import dev.treadle.transcript.RawJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class GatheringTest extends GatheredLog {
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

    assertThat(gather().stream().map(GatheredLog::said))
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

    assertThat(gather().stream().map(GatheredLog::said)).containsExactly("U:q1 A!:a1");
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
  void anAnswerThatWasGivenAgainIsWhoseItWas() {
    Talk talk = new Talk("c_1");
    talk.model = "large-2026-01-01";
    talk.turn("1", "q1", "a1");
    ObjectNode line = (ObjectNode) Json.read(exchanges.removeLast());
    line.remove(List.of("attempts", "decision"));
    line.putObject("extra").put("cached", "xc_0").put("cached_from", "up/vendor/claude-large");
    exchanges.add(Json.write(line));
    Example example = gather().getFirst();

    assertThat(example.header().source().terms()).contains("anthropic");
    assertThat(example.header().labels().toString()).contains("model=\"vendor/claude-large\"");

    line.putObject("extra").put("cached_from", "nobody");
    exchanges.set(0, Json.write(line));
    assertThat(gather().getFirst().header().source().terms()).isEmpty();
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
        new ExchangeCodec.Writer(
                new ExchangeCodec.TextFilter() {
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
