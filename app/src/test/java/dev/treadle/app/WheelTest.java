package dev.treadle.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.store.Lake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Turning the wheel: what is learned from comparisons, what is promoted, what is refused. */
class WheelTest {
  @TempDir Path place;

  @SuppressWarnings("NullAway.Init")
  private WheelWorkspace wheel;

  @SuppressWarnings("NullAway.Init")
  private FakeMachine machine;

  @BeforeEach
  void makeWorkspace() throws IOException {
    wheel = new WheelWorkspace(place);
    machine = wheel.machine();
  }

  @Test
  void nothingIsLearnedFromNothing() {
    JsonNode turn = wheel.turn(3);
    assertThat(turn.path("promoted").booleanValue()).isFalse();
    assertThat(turn.path("why").asString()).contains("no comparison");
  }

  @Test
  void oneComparisonIsRefused() {
    wheel.compare(0, 1);
    JsonNode turn = wheel.turn(3);
    assertThat(turn.path("promoted").booleanValue()).isFalse();
    assertThat(turn.path("standing").isNull()).isTrue();
  }

  @Test
  void threeHundredGiveAPolicyThatBeatsTheBestSingleModel() throws IOException {
    wheel.compare(0, 300);
    JsonNode turn = wheel.turn(0);
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
    wheel.compare(0, 300);
    assertThat(machine.json("status").path("next").asString()).isEqualTo("treadle turn");
    wheel.turn(0);
    JsonNode status = machine.json("status");
    assertThat(status.path("comparisons").intValue()).isEqualTo(300);
    assertThat(status.at("/routes/0/policy").intValue()).isEqualTo(1);
    assertThat(status.path("next").asString()).isNotEqualTo("treadle turn");
  }

  @Test
  void aDryRunKeepsNothing() {
    wheel.compare(0, 300);
    JsonNode turn = wheel.turn(0, "--dry-run");
    assertThat(turn.path("promoted").booleanValue()).isTrue();
    try (Lake lake = wheel.lake()) {
      assertThat(lake.policies().versions()).isEmpty();
      assertThat(lake.policies().live()).isEmpty();
      assertThat(lake.runs().list()).isEmpty();
    }
  }

  @Test
  void theSameComparisonsGiveTheSamePolicyOnce() {
    wheel.compare(0, 300);
    wheel.turn(0);
    JsonNode again = wheel.turn(3);
    assertThat(again.path("policy").intValue()).isEqualTo(1);
    assertThat(again.path("standing").path("live").intValue()).isEqualTo(1);
  }

  @Test
  void aTurnThatWasKilledIsTakenUpWithItsOwnComparisons() {
    wheel.compare(0, 300);
    int before = wheel.turn(0).path("learned_from").intValue();
    try (Lake lake = wheel.lake()) {
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
    JsonNode again = wheel.turn(0); // It had promoted before it was killed, and says so.
    assertThat(again.path("resumed").booleanValue()).isTrue();
    assertThat(again.path("promoted").booleanValue()).isTrue();
    assertThat(again.path("policy").intValue()).isEqualTo(1);
    assertThat(again.path("learned_from").intValue()).isEqualTo(before);
  }

  @Test
  void aTurnThatFailedIsNotTakenUp() throws IOException {
    wheel.compare(0, 300);
    wheel.turn(0);
    try (Lake lake = wheel.lake()) {
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
    assertThat(wheel.turn(3).path("resumed").booleanValue()).isFalse();
  }

  @Test
  void promotesByCanaryAndRollsBack() {
    wheel.compare(0, 300);
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
    wheel.configure(WheelWorkspace.CONFIGURATION + "promotion: {cost-margin: 0.1}\n");
    wheel.compare(0, 300);
    JsonNode turn = wheel.turn(3);
    assertThat(turn.path("why").asString()).contains("cost");
  }

  @Test
  void saysWhoseAnswersCountAsFree() throws IOException {
    wheel.keep(0, 300, number -> WheelWorkspace.comparison(number, Optional.empty()));
    JsonNode judged = wheel.turn(0).path("judged");
    assertThat(judged.path("without_price").size()).isEqualTo(1);
    assertThat(judged.at("/without_price/0/target").asString()).isEqualTo("near/small");
    assertThat(judged.at("/without_price/0/free").intValue())
        .isPositive()
        .isEqualTo(judged.at("/without_price/0/answers").intValue());
    machine.run("route", "promote", "1");
    assertThat(machine.out()).contains("without a price, so free in these figures: near/small");
  }

  @Test
  void namesNoModelWithoutAPriceWhereAllHaveOne() {
    wheel.compare(0, 300);
    JsonNode turn = wheel.turn(0);
    assertThat(turn.at("/judged/without_price").size()).isZero();
    assertThat(turn.at("/judged/without_price").isArray()).isTrue();
  }

  @Test
  void explainsWhomItWouldAskAndWhy() {
    wheel.compare(0, 300);
    wheel.turn(0);
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
    wheel.compare(0, 300);
    wheel.turn(0);
    JsonNode evaluated = machine.json("route", "evaluate");
    assertThat(evaluated.at("/comparisons/rows").size()).isEqualTo(7);
    assertThat(evaluated.path("traffic").isNull()).isTrue();
  }

  @Test
  void labelsTextsAndLearnsAClassifierFromThem() throws IOException {
    wheel.compare(0, 300);
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
    wheel.compare(0, 3);
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
    wheel.compare(0, 3);
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
    wheel.configure(
        WheelWorkspace.CONFIGURATION.replace(
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
    wheel.configure(WheelWorkspace.CONFIGURATION.replace("policy: learned", "policy: classifier"));
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
      wheel.compare(0, 2);
      assertThat(machine.run(it.getKey())).isEqualTo(1);
      assertThat(machine.err().lines()).hasSize(1);
      assertThat(machine.err()).contains(it.getValue());
    }
    try (Stream<Path> files = Files.list(machine.folder().resolve("lake/policies"))) {
      assertThat(files).isEmpty();
    }
  }
}
