package dev.treadle.curation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.transcript.Example;
import dev.treadle.transcript.ExampleCodec;
import dev.treadle.transcript.ExampleId;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurationTest {
  private static final Splits ALL_TRAIN = new Splits(0, 0);

  @TempDir Path folder;
  private int runs;

  private Curation.Result run(
      Recipe recipe, Splits splits, List<Example> examples, Map<String, List<Example>> parts) {
    Path scratch = folder.resolve("run-" + runs++);
    Curation.Result result =
        new Curation(recipe, splits, scratch)
            .run(
                examples.iterator(),
                (part, example) ->
                    parts.computeIfAbsent(part, _ -> new ArrayList<>()).add(example));
    assertThat(scratch.resolve("0")).doesNotExist();
    return result;
  }

  private List<String> keys(Recipe recipe, List<Example> examples) {
    Map<String, List<Example>> parts = new LinkedHashMap<>();
    run(recipe, ALL_TRAIN, examples, parts);
    return parts.getOrDefault("train", List.of()).stream()
        .map(example -> example.header().source().key())
        .sorted()
        .toList();
  }

  private static Recipe recipe(String json) {
    return Recipe.parse(Json.read(json));
  }

  @Test
  void countsWhatEachStageTookAndWhy() {
    List<Example> examples =
        List.of(
            Said.of("a", "q", "answer"),
            Said.of("b", "q", "answer"),
            Said.of("c", "only a question"),
            Said.of("d", "other question", "other answer"));
    Map<String, List<Example>> parts = new LinkedHashMap<>();

    Curation.Result result =
        run(recipe("[\"select\",\"exact-duplicates\"]"), ALL_TRAIN, examples, parts);

    assertThat(result.funnel().rows())
        .extracting(Funnel.Row::stage, Funnel.Row::in, Funnel.Row::out)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("select", 4L, 3L),
            org.assertj.core.groups.Tuple.tuple("exact-duplicates", 3L, 2L),
            org.assertj.core.groups.Tuple.tuple("held-out", 2L, 2L));
    assertThat(result.funnel().rows().get(0).dropped()).containsEntry("too_short", 1L);
    assertThat(result.funnel().rows().get(1).dropped()).containsEntry("same_text", 1L);
    assertThat(result.parts()).containsExactly(Map.entry("train", 2L));
    assertThat(result.trace()).hasSize(2);
    assertThat(result.trace().toString())
        .contains("\"kept\":\"" + ExampleId.of("test", "a") + "\"")
        .contains("only a question");
  }

  @Test
  void givesTheSameWhateverTheOrder() {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      String text = "question number " + i % 150 + " about parsing and caching and retrying";
      examples.add(Said.of("k" + i, "g" + i % 40, i, text, "answer " + text.repeat(3)));
    }
    byte[] first = dataset(examples);
    for (int seed = 0; seed < 5; seed++) {
      Collections.shuffle(examples, new Random(seed));
      assertThat(dataset(examples)).isEqualTo(first);
    }
  }

  private byte[] dataset(List<Example> examples) {
    Map<String, List<Example>> parts = new LinkedHashMap<>();
    Curation.Result result = run(Recipe.standard(), new Splits(0.1, 0.1), examples, parts);
    StringBuilder lines = new StringBuilder(result.funnel().toString()).append(result.trace());
    parts.forEach(
        (part, list) ->
            list.forEach(
                example ->
                    lines
                        .append(part)
                        .append(new String(ExampleCodec.encode(example), StandardCharsets.UTF_8))));
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void keepsTheFirstOfNearDuplicates() {
    String text = "please find out why the nightly build of the parser fails on windows machines ";
    List<Example> examples =
        List.of(
            Said.of(
                "late", "g1", 9, text.repeat(4), "The path separator is wrong. " + text.repeat(6)),
            Said.of(
                "early",
                "g2",
                1,
                text.repeat(4) + "!",
                "The path separator is wrong. " + text.repeat(6)),
            Said.of("other", "g3", 0, "translate this page into Chinese", "好的，这是译文。"));

    assertThat(keys(recipe("[\"near-duplicates\"]"), examples)).containsExactly("early", "other");
  }

  @Test
  void trainsEachAnswerOfASessionOnce() {
    List<Example> examples =
        List.of(
            Said.of("main", "g", 0, "a", "b", "c", "d"),
            Said.of("fork", "g", 1, "a", "b", "x", "y"),
            Said.of("replay", "g", 2, "a", "b"),
            Said.of("elsewhere", "h", 3, "a", "b"));
    Map<String, List<Example>> parts = new LinkedHashMap<>();

    run(recipe("[\"replays\"]"), ALL_TRAIN, examples, parts);

    List<Example> train = parts.getOrDefault("train", List.of());
    assertThat(train)
        .extracting(example -> example.header().source().key())
        .containsExactlyInAnyOrder("main", "fork", "elsewhere");
    Example fork =
        train.stream()
            .filter(it -> it.header().source().key().equals("fork"))
            .findFirst()
            .orElseThrow();
    assertThat(
            fork.messages().stream()
                .filter(Message.Assistant.class::isInstance)
                .map(Message.Assistant.class::cast)
                .map(Message.Assistant::train))
        .containsExactly(false, true);
  }

  @Test
  void leavesOutWhatIsNearToSomethingHeldOut() {
    String test = groupIn("test");
    String train = groupIn("train");
    String text = "explain how the lake recovers after a power cut and what is lost then ";
    List<Example> examples =
        List.of(
            Said.of("held", test, 5, text.repeat(5), text.repeat(9)),
            Said.of("leak", train, 1, text.repeat(5) + "?", text.repeat(9)),
            Said.of("clean", train, 2, "something else", "entirely different words here"));
    Map<String, List<Example>> parts = new LinkedHashMap<>();

    Curation.Result result = run(recipe("[]"), new Splits(0.1, 0.3), examples, parts);

    assertThat(result.parts()).containsExactly(Map.entry("test", 1L), Map.entry("train", 1L));
    assertThat(result.funnel().rows().getLast().dropped()).containsEntry("near_test", 1L);
  }

  private static String groupIn(String part) {
    Splits splits = new Splits(0.1, 0.3);
    for (int i = 0; ; i++) {
      if (splits.of("group " + i).equals(part)) {
        return "group " + i;
      }
    }
  }

  @Test
  void writesTheStagesIntoTheLineage() {
    Map<String, List<Example>> parts = new LinkedHashMap<>();
    run(
        recipe("[{\"select\":{\"min-messages\":1}}]"),
        ALL_TRAIN,
        List.of(Said.of("a", "q", "r")),
        parts);

    assertThat(parts.getOrDefault("train", List.of()).getFirst().header().lineage())
        .singleElement()
        .satisfies(
            step -> {
              assertThat(step.stage()).isEqualTo("select");
              assertThat(step.parameters()).startsWith("sha256:");
            });
  }

  @Test
  void leavesNothingBehindWhenAStageFails() throws Exception {
    Stage.OfEach broken =
        new Stage.OfEach() {
          @Override
          public String name() {
            return "broken";
          }

          @Override
          public int version() {
            return 1;
          }

          @Override
          public Verdict map(Example example) {
            throw new IllegalStateException("on purpose");
          }
        };
    Recipe recipe = new Recipe(List.of(new Recipe.Step(broken, Json.object())));
    Path scratch = folder.resolve("failing");
    Curation curation = new Curation(recipe, ALL_TRAIN, scratch);

    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> curation.run(List.of(Said.of("a", "q", "r")).iterator(), (_, _) -> {}))
        .hasMessage("on purpose");
    try (var files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }
}
