package dev.treadle.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.store.Durability;
import dev.treadle.store.ExampleLog;
import dev.treadle.store.Lake;
import dev.treadle.store.LakeLimits;
import dev.treadle.store.LakeSettings;
import dev.treadle.store.SystemDisk;
import dev.treadle.store.redaction.Redactor;
import dev.treadle.transcript.Candidate;
import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.Header;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.Source;
import dev.treadle.transcript.Usd;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Turning the wheel: what is learned from comparisons, what is promoted, what is refused. */
class WheelTest {
  private static final String CONFIGURATION =
      """
      upstreams:
        near: {kind: scripted}
        far: {kind: scripted}
      routes:
        ask: {to: [near/small, far/large], policy: learned}
      router:
        categories: {small: easy, large: hard}
      """;
  private static final Instant FIRST = Instant.parse("2026-11-19T08:00:00Z");

  @TempDir Path place;

  @SuppressWarnings("NullAway.Init")
  private FakeMachine machine;

  @BeforeEach
  void makeWorkspace() throws IOException {
    machine = new FakeMachine(place);
    Files.writeString(machine.folder().resolve("treadle.yaml"), CONFIGURATION);
  }

  private Lake lake() {
    Path root = machine.folder().resolve("lake");
    LakeSettings settings =
        new LakeSettings(
            new SystemDisk(), () -> FIRST, new SplittableRandom(7), 1, LakeLimits.DEFAULT);
    return Files.exists(root.resolve("FORMAT"))
        ? Lake.open(root, settings)
        : Lake.create(root, settings);
  }

  /** Keeps comparisons: the small model knows cooking, the large one law. */
  private void compare(int from, int to) {
    try (Lake lake = lake()) {
      ExampleLog log = lake.comparisons(Redactor.standard());
      for (int i = from; i < to; i++) {
        log.keep(comparison(i), Durability.GROUP_COMMIT);
      }
      log.settle();
    }
  }

  private static Comparison comparison(int number) {
    SplittableRandom random = new SplittableRandom(number);
    boolean isCooking = random.nextInt(2) == 0;
    String question =
        isCooking
            ? "How long must soup with %d carrots simmer in the kitchen?".formatted(number)
            : "Which court hears appeal %d against the tenant's contract?".formatted(number);
    double small = random.nextDouble() < (isCooking ? 0.9 : 0.2) ? 1 : 0;
    double large = random.nextDouble() < (isCooking ? 0.3 : 0.9) ? 1 : 0;
    Source source =
        new Source(
            "gateway",
            "xc_" + number + "/compare",
            "c_" + number,
            Optional.empty(),
            Optional.empty(),
            Optional.of(FIRST.plusSeconds(number)));
    return new Comparison(
        Header.of(source),
        List.of(Message.user(question)),
        List.of(),
        List.of(candidate("small", small, "0.0001"), candidate("far/large", large, "0.002")));
  }

  private static Candidate candidate(String model, double score, String usd) {
    return new Candidate(
        model,
        Optional.of(Message.Assistant.of(score > 0 ? "right" : "wrong")),
        Optional.of(score),
        Optional.of(Duration.ofMillis(10)),
        Optional.of(new Usd(new BigDecimal(usd))),
        Optional.empty());
  }

  private JsonNode turn(int expected, String... more) {
    List<String> words = new ArrayList<>(List.of("turn", "--json"));
    words.addAll(List.of(more));
    assertThat(machine.run(words.toArray(String[]::new))).as(machine.all()).isEqualTo(expected);
    return dev.treadle.transcript.Json.read(machine.out());
  }

  @Test
  void nothingIsLearnedFromNothing() {
    JsonNode turn = turn(3);
    assertThat(turn.path("promoted").booleanValue()).isFalse();
    assertThat(turn.path("why").asString()).contains("no comparison");
  }

  @Test
  void oneComparisonIsRefused() {
    compare(0, 1);
    JsonNode turn = turn(3);
    assertThat(turn.path("promoted").booleanValue()).isFalse();
    assertThat(turn.path("standing").isNull()).isTrue();
  }

  @Test
  void threeHundredGiveAPolicyThatBeatsTheBestSingleModel() throws IOException {
    compare(0, 300);
    JsonNode turn = turn(0);
    assertThat(turn.path("promoted").booleanValue()).isTrue();
    assertThat(turn.at("/judged/over_best/is_better").booleanValue()).isTrue();
    assertThat(turn.at("/standing/live").intValue()).isEqualTo(1);
    assertThat(turn.path("learned_from").intValue() + turn.path("held_out").intValue())
        .isEqualTo(300);
    assertThat(Files.readString(Path.of(turn.path("report").asString())))
        .contains("Promoted", "always near/small");
    assertThat(machine.run("route", "promote", "1")).as("no better than itself").isEqualTo(3);
  }

  @Test
  void statusSaysWhatDecidesAndWhatIsNext() {
    compare(0, 300);
    assertThat(machine.json("status").path("next").asString()).isEqualTo("treadle turn");
    turn(0);
    JsonNode status = machine.json("status");
    assertThat(status.path("comparisons").intValue()).isEqualTo(300);
    assertThat(status.at("/routes/0/policy").intValue()).isEqualTo(1);
    assertThat(status.path("next").asString()).isNotEqualTo("treadle turn");
  }

  @Test
  void aDryRunKeepsNothing() {
    compare(0, 300);
    JsonNode turn = turn(0, "--dry-run");
    assertThat(turn.path("promoted").booleanValue()).isTrue();
    try (Lake lake = lake()) {
      assertThat(lake.policies().versions()).isEmpty();
      assertThat(lake.policies().live()).isEmpty();
      assertThat(lake.runs().list()).isEmpty();
    }
  }

  @Test
  void theSameComparisonsGiveTheSamePolicyOnce() {
    compare(0, 300);
    turn(0);
    JsonNode again = turn(3);
    assertThat(again.path("policy").intValue()).isEqualTo(1);
    assertThat(again.path("standing").path("live").intValue()).isEqualTo(1);
  }

  @Test
  void aTurnThatWasKilledIsTakenUpWithItsOwnComparisons() {
    compare(0, 300);
    int before = turn(0).path("learned_from").intValue();
    try (Lake lake = lake()) {
      String name = "turn." + Integer.toHexString("ask".hashCode());
      String state =
          new String(
              lake.state().read(name).orElseThrow(), java.nio.charset.StandardCharsets.UTF_8);
      lake.state()
          .write(
              name,
              state
                  .replace("\"over\":true", "\"over\":false")
                  .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    JsonNode again = turn(0); // It had promoted before it was killed, and says so.
    assertThat(again.path("resumed").booleanValue()).isTrue();
    assertThat(again.path("promoted").booleanValue()).isTrue();
    assertThat(again.path("policy").intValue()).isEqualTo(1);
    assertThat(again.path("learned_from").intValue()).isEqualTo(before);
  }

  @Test
  void aTurnThatFailedIsNotTakenUp() throws IOException {
    compare(0, 300);
    turn(0);
    try (Lake lake = lake()) {
      String name = "turn." + Integer.toHexString("ask".hashCode());
      String state =
          new String(
              lake.state().read(name).orElseThrow(), java.nio.charset.StandardCharsets.UTF_8);
      lake.state()
          .write(
              name,
              state
                  .replace("\"over\":true", "\"over\":false")
                  .replace("\"policy\":1", "\"policy\":7")
                  .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    assertThat(machine.run("turn")).isEqualTo(1);
    assertThat(machine.err()).contains("no policy 7");
    assertThat(turn(3).path("resumed").booleanValue()).isFalse();
  }

  @Test
  void promotesByCanaryAndRollsBack() {
    compare(0, 300);
    machine.succeed("route", "train", "--route", "ask");
    JsonNode canary = machine.json("route", "promote", "1", "--canary", "0.1");
    assertThat(canary.at("/standing/canary").intValue()).isEqualTo(1);
    assertThat(canary.at("/standing/live").isNull()).isTrue();
    assertThat(canary.at("/standing/share").doubleValue()).isEqualTo(0.1);
    JsonNode whole = machine.json("route", "promote", "1", "--canary", "0");
    assertThat(whole.at("/standing/live").intValue()).isEqualTo(1);
    JsonNode back = machine.json("route", "promote", "--rollback");
    assertThat(back.at("/standing/live").isNull()).isTrue();
    assertThat(machine.run("route", "promote", "--rollback")).isEqualTo(1);
    assertThat(machine.err()).contains("nothing to roll back");
  }

  @Test
  void aDearerPolicyIsRefusedWhereCostMatters() throws IOException {
    Files.writeString(
        machine.folder().resolve("treadle.yaml"),
        CONFIGURATION + "promotion: {cost-margin: 0.1}\n");
    compare(0, 300);
    JsonNode turn = turn(3);
    assertThat(turn.path("why").asString()).contains("cost");
  }

  @Test
  void explainsWhomItWouldAskAndWhy() {
    compare(0, 300);
    turn(0);
    JsonNode soup = machine.json("route", "explain", "How long must soup with leeks simmer?");
    JsonNode law = machine.json("route", "explain", "Which court hears the tenant's appeal?");
    assertThat(probability(soup, "near/small")).isGreaterThan(0.8);
    assertThat(probability(law, "far/large")).isGreaterThan(0.8);
    assertThat(soup.at("/explanation/models").size()).isEqualTo(2);
  }

  private static double probability(JsonNode explained, String target) {
    for (JsonNode chance : explained.path("chances")) {
      if (chance.path("target").asString().equals(target)) {
        return chance.path("probability").doubleValue();
      }
    }
    return -1;
  }

  @Test
  void estimatesFromComparisonsAndSaysThatThereIsNoTraffic() {
    compare(0, 300);
    turn(0);
    JsonNode evaluated = machine.json("route", "evaluate");
    assertThat(evaluated.at("/comparisons/rows").size()).isEqualTo(7);
    assertThat(evaluated.path("traffic").isNull()).isTrue();
  }

  @Test
  void labelsTextsAndLearnsAClassifierFromThem() throws IOException {
    compare(0, 300);
    JsonNode labelled =
        machine.json("route", "dataset", "--output", "labels.jsonl", "--min-score", "0.6");
    assertThat(labelled.path("examples").intValue()).isBetween(150, 300);
    List<String> lines = Files.readAllLines(machine.folder().resolve("labels.jsonl"));
    assertThat(lines.getFirst()).matches("\\{\"text\":\".*\",\"label\":\"(easy|hard)\"}");
    JsonNode trained = machine.json("route", "train", "--from", "labels.jsonl");
    assertThat(trained.path("kind").asString()).isEqualTo("classifier");
    JsonNode law = machine.json("route", "explain", "Which court hears the tenant's appeal?");
    assertThat(law.path("category").asString()).isEqualTo("hard");
  }

  @Test
  void exportsComparisonsByTheDay() throws IOException {
    compare(0, 3);
    JsonNode result = machine.json("export", "--as", "collected", "--to", "out");
    assertThat(result.at("/files/training_data_20261119.jsonl").intValue()).isEqualTo(3);
    JsonNode line =
        dev.treadle.transcript.Json.read(
            Files.readAllLines(machine.folder().resolve("out/training_data_20261119.jsonl"))
                .getFirst()
                .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThat(line.path("question").asString()).isNotEmpty();
    assertThat(line.path("responses").propertyNames()).containsExactly("small", "far/large");
    assertThat(line.path("scores").path("small").isNumber()).isTrue();
  }

  @Test
  void anExportOfComparisonsReplacesNothingButExports() throws IOException {
    compare(0, 3);
    Path mine = machine.folder().resolve("mine");
    Files.createDirectories(mine.resolve("papers"));
    for (String[] more : new String[][] {{}, {"--replace"}}) {
      List<String> words = new ArrayList<>(List.of("export", "--as", "collected", "--to", "mine"));
      words.addAll(List.of(more));
      assertThat(machine.run(words.toArray(String[]::new))).isEqualTo(1);
      assertThat(mine.resolve("papers")).isDirectory();
    }
    machine.succeed("export", "--as", "collected", "--to", "out");
    machine.succeed("export", "--as", "collected", "--to", "out", "--replace");
  }

  @Test
  void comparesTheJudgesGradesWithLabels() throws IOException {
    Files.writeString(
        machine.folder().resolve("treadle.yaml"),
        CONFIGURATION.replace(
                "routes:",
                """
                  judge:
                    kind: scripted
                    script: {rules: [{when: {contains: wrong}, answer: '{"score": 1}'}, {answer: '{"score": 10}'}]}
                routes:\
                """)
            + "evaluate: {judge: judge/strict}\n");
    machine.succeed("key", "create", "laptop"); // Others need it: this command does not.
    Files.writeString(
        machine.folder().resolve("labelled.jsonl"),
        """
        {"question": "One and one?", "answer": "wrong", "label": false}
        {"question": "One and one?", "answer": "two", "label": true}
        {"question": "Two and one?", "answer": "wrong too", "label": 0.1}
        {"question": "Two and two?", "answer": "four", "label": false}
        {"question": "Two and two?", "answer": "four"}
        no line
        """);
    JsonNode report = machine.json("route", "judge", "--labels", "labelled.jsonl");
    assertThat(report.at("/judge/cases").intValue()).isEqualTo(4);
    assertThat(report.at("/judge/agreement/estimate").doubleValue()).isEqualTo(0.75);
    assertThat(report.at("/left_out/not_json").intValue()).isEqualTo(1);
    assertThat(report.at("/left_out/no_question_answer_or_label").intValue()).isEqualTo(1);
  }

  @Test
  void refusesAClassifierThatNobodyNamed() throws IOException {
    Files.writeString(
        machine.folder().resolve("treadle.yaml"),
        CONFIGURATION.replace("policy: learned", "policy: classifier"));
    assertThat(machine.run("status")).isEqualTo(1);
    assertThat(machine.err()).contains("routes.ask.policy").contains("router.classifier");
  }

  @Test
  void saysWhatIsWrongInOneLine() throws IOException {
    for (Map.Entry<String[], String> it :
        Map.of(
                new String[] {"route", "train", "--route", "nobody"}, "there is no route 'nobody'",
                new String[] {"route", "explain", "x"}, "no policy for the route ask yet",
                new String[] {"route", "promote", "9"}, "no policy 9",
                new String[] {"route", "train", "--from", "absent.jsonl"}, "cannot be read")
            .entrySet()) {
      compare(0, 2);
      assertThat(machine.run(it.getKey())).isEqualTo(1);
      assertThat(machine.err().lines()).hasSize(1);
      assertThat(machine.err()).contains(it.getValue());
    }
    try (Stream<Path> files = Files.list(machine.folder().resolve("lake/policies"))) {
      assertThat(files).isEmpty();
    }
  }
}
