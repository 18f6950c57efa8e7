package dev.treadle.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.app.wheel.CanaryWatch;
import dev.treadle.app.workspace.Workspace;
import dev.treadle.store.Lake;
import dev.treadle.store.Policies.Standing;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.Purpose;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** How a canary ends: what users say of it, who looks, and what becomes of it. */
class CanaryTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path place;

  @SuppressWarnings("NullAway.Init")
  private WheelWorkspace wheel;

  @SuppressWarnings("NullAway.Init")
  private FakeMachine machine;

  private final SplittableRandom random = new SplittableRandom(3);

  /** Policy 1 decides for a share of the conversations. */
  @BeforeEach
  void beginCanary() throws IOException {
    wheel = new WheelWorkspace(place);
    machine = wheel.machine();
    wheel.compare(0, 300);
    machine.succeed("route", "train", "--route", "ask");
    JsonNode begun = machine.json("route", "promote", "1", "--canary", "0.3");
    assertThat(begun.at("/standing/canary").intValue()).isEqualTo(1);
    machine.pass(HOUR);
  }

  private Standing standing() {
    try (Lake lake = wheel.lake(machine.now())) {
      return lake.policies().standing("ask").orElseThrow();
    }
  }

  /** Conversations that users judged, some minutes before now; a canary is liked with a chance. */
  private void judge(int count, double live, double candidate) {
    try (CanaryCalls calls = new CanaryCalls(wheel, machine.now(), 1)) {
      for (int i = 0; i < count; i++) {
        boolean isCandidate = random.nextDouble() < 0.3;
        String conversation = "c_" + random.nextLong();
        String id = calls.answered(conversation, isCandidate);
        calls.judged(id, random.nextDouble() < (isCandidate ? candidate : live) ? 1 : 0);
      }
    }
    machine.pass(HOUR);
  }

  @Test
  void aCanaryProvenWorseIsTakenBackAndStaysBack() {
    judge(400, 0.8, 0.3);
    JsonNode looked = machine.json("route", "canary");
    assertThat(looked.at("/trial/outcome").asString()).isEqualTo("WORSE");
    assertThat(looked.at("/standing/canary").isNull()).isTrue();
    assertThat(looked.at("/standing/live").isNull()).isTrue();
    assertThat(standing().why()).startsWith("canary proven worse: 0.");
    assertThat(standing().rolledBack()).containsExactly(1);

    JsonNode turn = wheel.turn(3);
    assertThat(turn.at("/judged/verdict/is_better").booleanValue()).isTrue();
    assertThat(turn.path("why").asString()).contains("policy 1 was taken back before");
    machine.succeed("route", "promote", "1");
    assertThat(standing().live()).contains(1);
    assertThat(standing().rolledBack()).isEmpty();
  }

  @Test
  void aCanaryProvenBetterDecidesForAll() {
    judge(400, 0.3, 0.9);
    assertThat(machine.succeed("route", "canary", "--dry-run")).contains("canary proven better: ");
    assertThat(standing().canary()).as("after a dry run").contains(1);
    machine.succeed("route", "canary");
    assertThat(standing().live()).contains(1);
    assertThat(standing().canary()).isEmpty();
    assertThat(machine.succeed("route", "canary")).contains("There is no canary.");
  }

  @Test
  @Tag("slow")
  void aMonthOfEqualArmsEndsNothingHoweverOftenOneLooks() {
    List<Integer> seen = new ArrayList<>();
    Standing before = standing();
    for (int day = 0; day < 30; day++) {
      judge(20, 0.7, 0.7);
      JsonNode looked = machine.json("route", "canary");
      assertThat(looked.at("/trial/outcome").asString()).isEqualTo("UNDECIDED");
      seen.add(looked.at("/trial/conversations").intValue());
      machine.pass(Duration.ofHours(22));
    }
    assertThat(standing()).isEqualTo(before);
    assertThat(seen).isSorted().endsWith(600);
  }

  @Test
  void aServedWorkspaceLooksByItself() {
    judge(400, 0.8, 0.3);
    List<String> events = new ArrayList<>();
    Workspace workspace = Workspace.find(machine.machine(), Optional.empty());
    try (Lake lake = wheel.lake(machine.now())) {
      CanaryWatch watch =
          new CanaryWatch(workspace, lake, (level, event, fields) -> events.add(event + fields));
      assertThat(watch.look()).isGreaterThanOrEqualTo(Duration.ofMinutes(10));
      assertThat(events).hasSize(1);
      assertThat(events.getFirst()).contains("canary_ended", "policy=1", "canary proven worse");
      watch.look();
      assertThat(events).hasSize(1);
    }
    assertThat(standing().canary()).isEmpty();
  }

  @Test
  void countsWhatUsersSaidOfItsOwnCallsOnceItIsSettled() {
    try (CanaryCalls calls = new CanaryCalls(wheel, machine.now(), 1)) {
      calls.judged(calls.answered("c_1", true), 0.25);
      String again = calls.answered("c_2", true);
      calls.judged(again, 0);
      calls.judged(again, 0.75); // Thought again.
      calls.answered("c_3", false);
      calls.thumb("c_3", true);
      calls.call("c_4", false, Exchange.State.ABORTED, 200, Purpose.USER); // Counts 0.
      calls.call("c_5", false, Exchange.State.FAILED, 503, Purpose.USER); // So does this.
      calls.call("c_6", false, Exchange.State.FAILED, 400, Purpose.USER); // The client's doing.
      calls.answered("c_7", false); // Nobody said a word.
      calls.judged(
          calls.call("c_8", true, Exchange.State.ANSWERED, 200, Purpose.JUDGE), 1); // Not a user's.
    }
    try (CanaryCalls others = new CanaryCalls(wheel, machine.now(), 7)) {
      others.judged(others.answered("c_9", true), 1); // Of another canary.
    }
    machine.pass(Duration.ofMinutes(9));
    assertThat(machine.json("route", "canary").at("/trial/conversations").intValue()).isZero();
    machine.pass(Duration.ofMinutes(2));
    JsonNode trial = machine.json("route", "canary").path("trial");
    assertThat(trial.path("conversations").intValue()).isEqualTo(5);
    assertThat(trial.path("candidates").intValue()).isEqualTo(2);
    assertThat(trial.path("candidate_score").doubleValue()).isEqualTo(0.5);
    assertThat(trial.path("live_score").doubleValue()).isEqualTo(1 / 3.0);
  }

  @Test
  void aSettledConversationStaysAsItWas() {
    String call;
    try (CanaryCalls calls = new CanaryCalls(wheel, machine.now(), 1)) {
      call = calls.answered("c_1", true);
      calls.judged(call, 0.25);
    }
    machine.pass(HOUR);
    try (CanaryCalls calls = new CanaryCalls(wheel, machine.now(), 1)) {
      calls.judged(call, 1);
    }
    machine.pass(HOUR);
    JsonNode trial = machine.json("route", "canary").path("trial");
    assertThat(trial.path("candidate_score").doubleValue()).isEqualTo(0.25);
  }

  @Test
  void noTurnDisturbsACanaryBeforeItsTime() {
    wheel.compare(300, 500);
    JsonNode waits = wheel.turn(3);
    assertThat(waits.path("policy").intValue()).isEqualTo(2);
    assertThat(waits.path("why").asString())
        .contains("policy 2 waits for the canary, policy 1: canary not decided yet");
    assertThat(standing().canary()).contains(1);

    machine.pass(Duration.ofDays(14));
    JsonNode turn = wheel.turn(0);
    assertThat(turn.at("/standing/live").intValue()).isEqualTo(turn.path("policy").intValue());
    assertThat(standing().canary()).isEmpty();
  }

  @Test
  void aTurnSettlesTheCanaryBeforeItLearns() throws IOException {
    wheel.configure(WheelWorkspace.CONFIGURATION + "promotion: {canary: 0.2}\n");
    judge(400, 0.8, 0.3);
    wheel.compare(300, 500);
    JsonNode turn = wheel.turn(0);
    assertThat(turn.at("/canary/trial/outcome").asString()).isEqualTo("WORSE");
    assertThat(turn.path("policy").intValue()).isEqualTo(2);
    assertThat(standing().canary()).contains(2);
    assertThat(standing().rolledBack()).containsExactly(1);
    JsonNode again = wheel.turn(3);
    assertThat(again.path("why").asString()).isEqualTo("policy 2 is on trial already");
  }

  @Test
  void theCanaryNamedAgainDecidesForAll() throws IOException {
    wheel.configure(WheelWorkspace.CONFIGURATION + "promotion: {canary: 0.2}\n");
    Standing before = standing();
    machine.succeed("route", "promote", "1", "--canary", "0.3");
    assertThat(standing()).as("the same again").isEqualTo(before);
    machine.succeed("route", "promote", "1");
    assertThat(standing().live()).contains(1);
    assertThat(standing().canary()).isEmpty();
  }
}
