package dev.treadle.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.treadle.transcript.TreadleException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a router learns from comparisons. */
class LearnedRouterTest {
  private static final List<String> MODELS = List.of("code", "general");
  private static final List<String> CODE =
      List.of("write a python function that sorts %s", "why does my loop over %s never end");
  private static final List<String> PROSE =
      List.of("write a poem about %s in spring", "who painted the picture of %s");
  private static final List<String> THINGS = List.of("lists", "trees", "cats", "ships", "numbers");

  static LearnedRouter.Observation observation(
      String text, Optional<String> system, double code, double general, String group) {
    return new LearnedRouter.Observation(
        new RoutingRequest(text, system, List.of(), Optional.empty(), false, text.length()),
        Map.of("code", code, "general", general),
        Map.of("code", 0.001, "general", 0.004),
        group);
  }

  /** One model is good at code and the other at prose, with some noise. */
  static List<LearnedRouter.Observation> byText(int count, Optional<String> system) {
    Random random = new Random(3);
    List<LearnedRouter.Observation> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean isCode = random.nextBoolean();
      List<String> forms = isCode ? CODE : PROSE;
      String text =
          forms.get(random.nextInt(2)).formatted(THINGS.get(random.nextInt(THINGS.size())));
      double luck = 0.2 * random.nextDouble();
      all.add(
          observation(
              text + " " + i,
              system,
              isCode ? 0.8 + luck : 0.1,
              isCode ? 0.1 : 0.7 + luck,
              "g" + i));
    }
    return all;
  }

  private static LearnedRouter train(List<LearnedRouter.Observation> all) {
    return LearnedRouter.train(all, LearnedRouter.Options.DEFAULT, 1);
  }

  private static double advantage(LearnedRouter router, RoutingRequest request) {
    Map<String, Double> expected = router.expected(request);
    return expected.getOrDefault("code", Double.NaN) - expected.getOrDefault("general", Double.NaN);
  }

  private static double quality(LearnedRouter router, RoutingRequest request) {
    return router.expected(request).getOrDefault("code", Double.NaN);
  }

  @Test
  void learnsFromTextsWhoIsBetter() {
    LearnedRouter router = train(byText(300, Optional.empty()));

    assertThat(router.readsTexts()).isTrue();
    assertThat(advantage(router, RoutingRequest.of("write a python function that sorts stars")))
        .isGreaterThan(0.3);
    assertThat(advantage(router, RoutingRequest.of("who painted the picture of the ships")))
        .isLessThan(-0.3);
  }

  @Test
  void doesNotReadTextsThatTellNothing() {
    Random random = new Random(5);
    List<LearnedRouter.Observation> all = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      String text = THINGS.get(random.nextInt(5)) + " and " + THINGS.get(random.nextInt(5)) + i;
      all.add(observation(text, Optional.empty(), random.nextInt(2), random.nextInt(2), "g" + i));
    }
    LearnedRouter router = train(all);

    assertThat(Math.abs(advantage(router, RoutingRequest.of("cats and ships")))).isLessThan(0.12);
  }

  @Test
  void textsThatTellWhatIsHardDoNotHideWhoIsBetter() {
    List<LearnedRouter.Observation> all = new ArrayList<>();
    Random random = new Random(6);
    for (int i = 0; i < 400; i++) {
      boolean isHard = random.nextBoolean();
      boolean isSql = random.nextBoolean();
      double shared = isHard ? 0.2 : 0.6;
      double luck = 0.3 * random.nextDouble();
      all.add(
          observation(
              (isHard ? "prove " : "repeat ") + THINGS.get(random.nextInt(5)) + i,
              Optional.of(isSql ? "You write SQL." : "You write verse."),
              shared + (isSql ? luck : 0),
              shared + (isSql ? 0 : luck),
              "g" + i));
    }
    LearnedRouter router = train(all);
    Optional<String> sql = Optional.of("You write SQL.");
    RoutingRequest easy = observation("repeat cats", sql, 0, 0, "").request();
    RoutingRequest hard = observation("prove cats", sql, 0, 0, "").request();

    assertThat(router.readsTexts()).isTrue();
    assertThat(quality(router, easy) - quality(router, hard)).isGreaterThan(0.2);
    assertThat(advantage(router, easy)).isCloseTo(0.15, within(0.04));
    assertThat(advantage(router, hard)).isCloseTo(0.15, within(0.04));
  }

  @Test
  void knowsATemplateWhateverTheDay() {
    List<LearnedRouter.Observation> all = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      boolean isFirst = i % 2 == 0;
      String system =
          isFirst
              ? "You translate. Today is Monday, March %d, 2026. Session 3f2a%04d-77aa."
              : "You write SQL. It is 2026-03-%02dT10:%02d:00Z.";
      all.add(
          observation(
              "do it " + i,
              Optional.of(system.formatted(1 + i % 28, i)),
              isFirst ? 0.2 : 0.9,
              isFirst ? 0.9 : 0.2,
              "g" + i));
    }
    LearnedRouter router = train(all);
    LearnedRouter.Estimates estimates =
        router.estimate(
            observation(
                    "something else",
                    Optional.of("You write SQL. It is 2027-11-30T23:59:59Z."),
                    0,
                    0,
                    "")
                .request(),
            MODELS);

    assertThat(estimates.workload()).startsWith("template ");
    assertThat(estimates.observations()).isEqualTo(30);
    assertThat(estimates.models().get(0).prior()).isGreaterThan(0.75);
    assertThat(estimates.models().get(1).prior()).isLessThan(0.35);
  }

  @Test
  void drawsRareWorkloadsToTheMeanEverywhere() {
    List<LearnedRouter.Observation> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      all.add(observation("a " + i, Optional.of("Often."), 0.8, 0.6, "g" + i));
    }
    for (int i = 0; i < 5; i++) {
      all.add(observation("b " + i, Optional.of("Seldom."), 0.2, 0.6, "h" + i));
    }
    LearnedRouter router = LearnedRouter.train(all, new LearnedRouter.Options(8, false), 1);
    RoutingRequest seldom = observation("c", Optional.of("Seldom."), 0, 0, "").request();
    LearnedRouter.Estimates rare = router.estimate(seldom, MODELS);
    LearnedRouter.Estimates often =
        router.estimate(observation("c", Optional.of("Often."), 0, 0, "").request(), MODELS);

    double everywhere = rare.models().get(0).everywhere();
    assertThat(everywhere).isCloseTo(0.8 - 0.6 * 5 / 105, within(1e-9));
    // Five observations against eight pseudo-counts.
    assertThat(rare.models().get(0).prior())
        .isCloseTo(everywhere + (0.2 - everywhere) * 5 / 13, within(1e-9));
    assertThat(rare.models().get(0).deviation()).isGreaterThan(often.models().get(0).deviation());
  }

  @Test
  void scoresThatAreMissingAreLeftOut() {
    List<LearnedRouter.Observation> all = new ArrayList<>(byText(100, Optional.empty()));
    for (int i = 0; i < 50; i++) {
      all.add(observation("broken " + i, Optional.empty(), -1, -1, "m" + i));
    }
    LearnedRouter some = train(all);
    LearnedRouter without = train(byText(100, Optional.empty()));

    assertThat(some.trainedOn()).isEqualTo(without.trainedOn());
    assertThat(some.save()).isEqualTo(without.save());
    assertThatThrownBy(() -> train(all.subList(100, 150)))
        .isInstanceOf(TreadleException.class)
        .hasMessageContaining("none of the 50");
  }

  @Test
  void aModelThatIsNotKnownIsUnsure() {
    LearnedRouter router = train(byText(100, Optional.empty()));
    List<LearnedRouter.Estimate> it =
        router.estimate(RoutingRequest.of("write a poem"), List.of("code", "new")).models();

    assertThat(it.get(1).deviation()).isGreaterThan(3 * it.get(0).deviation());
    assertThat(it.get(1).quality()).isBetween(0.0, 1.0);
  }

  @Test
  void isTheSameAfterSavingAndForTheSameSeed() {
    LearnedRouter router = train(byText(120, Optional.empty()));
    byte[] file = router.save();
    RoutingRequest request = RoutingRequest.of("why does my loop over trees never end");

    assertThat(train(byText(120, Optional.empty())).save()).isEqualTo(file);
    assertThat(LearnedRouter.load(file).expected(request)).isEqualTo(router.expected(request));
    assertThat(LearnedRouter.load(file).save()).isEqualTo(file);
    assertThat(LearnedRouter.load(file).trainedOn()).isEqualTo(router.trainedOn()).hasSize(64);
  }

  @Test
  void refusesADamagedFile() {
    byte[] file = train(byText(40, Optional.empty())).save();
    Random random = new Random(9);
    for (int i = 0; i < 50; i++) {
      byte[] damaged = Arrays.copyOf(file, i < 10 ? i * file.length / 10 : file.length);
      if (i >= 10) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      assertThatThrownBy(() -> LearnedRouter.load(damaged))
          .isInstanceOf(TreadleException.class)
          .hasMessageContaining("the router cannot be read");
    }
  }
}
