package dev.treadle.app.wheel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.app.wheel.CanaryTraffic.Earned;
import dev.treadle.app.workspace.WheelSettings;
import dev.treadle.measure.statistics.SequentialTest.Outcome;
import dev.treadle.routing.Decision;
import dev.treadle.routing.Policy;
import dev.treadle.routing.RoutingRequest;
import dev.treadle.routing.SessionState;
import dev.treadle.routing.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When a canary is ended: months of traffic, looked at after every conversation. */
class CanaryTrialTest {
  private static final double LEVEL = 0.05;
  private static final int DAYS = 30;
  private static final int JUDGED_A_DAY = 30;
  private static final Instant BEGIN = Instant.parse("2026-11-01T00:00:00Z");

  private static WheelSettings wheel(int minimum) {
    return new WheelSettings(
        Set.of("ask"),
        Set.of(),
        Optional.empty(),
        Duration.ofSeconds(1),
        0.5,
        Map.of(),
        0.5,
        0,
        true,
        0.3,
        minimum,
        LEVEL,
        OptionalDouble.empty(),
        0.1);
  }

  /**
   * A month of judged conversations, shared out as a gateway does it. How content people are in
   * general goes up and down with the days.
   *
   * @param gain by how much likelier the canary's answers are liked
   */
  private static List<Earned> month(int seed, double share, double gain) {
    SplittableRandom random = new SplittableRandom(seed);
    Policy canary = new Policy.Canary(always("live/a"), always("far/b"), share);
    List<Earned> earned = new ArrayList<>();
    for (int i = 0; i < DAYS * JUDGED_A_DAY; i++) {
      String conversation = "c_" + seed + "_" + i;
      Decision.Arm arm =
          canary
              .choose(request(conversation), SessionState.EMPTY, random.nextDouble())
              .arm()
              .orElseThrow();
      boolean isCandidate = arm == Decision.Arm.CANDIDATE;
      double usual = 0.6 + 0.2 * Math.sin(i / (2.0 * JUDGED_A_DAY));
      double reward = random.nextDouble() < usual + (isCandidate ? gain : 0) ? 1 : 0;
      earned.add(new Earned(conversation, isCandidate, BEGIN.plusSeconds(i), reward));
    }
    return earned;
  }

  private static Policy always(String target) {
    return new Policy.Chain(List.of(Target.parse(target)));
  }

  private static RoutingRequest request(String conversation) {
    return new RoutingRequest(
        "?", Optional.empty(), List.of(), Optional.of(conversation), false, 1);
  }

  private static int ended(int months, double share, double gain, Outcome how) {
    int count = 0;
    for (int month = 0; month < months; month++) {
      count += CanaryTrial.of(month(month, share, gain), share, wheel(30)).outcome() == how ? 1 : 0;
    }
    return count;
  }

  @Test
  @Tag("slow")
  void aCanaryThatIsNoDifferentIsEndedMoreRarelyThanTheLevel() {
    for (double share : new double[] {0.1, 0.5}) {
      int falsely = 400 - ended(400, share, 0, Outcome.UNDECIDED);
      assertThat(falsely / 400.0).as("share " + share).isLessThan(LEVEL);
    }
  }

  @Test
  void aWorseOneIsTakenBackAndABetterOnePromoted() {
    assertThat(ended(20, 0.1, -0.4, Outcome.WORSE)).isGreaterThan(17);
    assertThat(ended(20, 0.1, -0.4, Outcome.BETTER)).isZero();
    assertThat(ended(20, 0.5, 0.2, Outcome.BETTER)).isGreaterThan(17);
  }

  @Test
  void nothingIsDecidedOnTooFewConversations() {
    List<Earned> bad = month(1, 0.5, -0.6);
    int needed = 0;
    while (CanaryTrial.of(bad.subList(0, needed), 0.5, wheel(1)).outcome() == Outcome.UNDECIDED) {
      needed++;
    }
    CanaryTrial early = CanaryTrial.of(bad.subList(0, needed), 0.5, wheel(needed + 1));
    assertThat(early.outcome()).isEqualTo(Outcome.UNDECIDED);
    assertThat(early.why())
        .startsWith("canary not decided yet: ")
        .contains(needed + " judged conversations");
    assertThat(CanaryTrial.of(bad.subList(0, needed), 0.5, wheel(needed)).why())
        .startsWith("canary proven worse: ");
  }

  @Test
  void saysNothingOfNothing() {
    CanaryTrial trial = CanaryTrial.of(List.of(), 0.1, wheel(1));
    assertThat(trial.outcome()).isEqualTo(Outcome.UNDECIDED);
    assertThat(trial.why())
        .isEqualTo(
            "canary not decided yet: 0.000 against 0.000 over 0 judged conversations, 0 of them the"
                + " canary's");
  }
}
