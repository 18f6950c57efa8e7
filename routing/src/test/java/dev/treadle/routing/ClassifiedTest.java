package dev.treadle.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** How a classifier's labels become decisions. */
class ClassifiedTest {
  private static final Target GENERAL = Target.parse("general");
  private static final Target MATHS = Target.parse("maths/7b");
  private static final Target CODE = Target.parse("code");

  /** Its answer is the text: a category, a confidence, and whether it is in scope. */
  private static final class Spoken implements TextLabels {
    private int asked;

    @Override
    public Optional<Label> classify(String text) {
      asked++;
      String[] words = text.split(" ", -1);
      return words.length < 3
          ? Optional.empty()
          : Optional.of(
              new Label(
                  words[0], Double.parseDouble(words[1]), Boolean.parseBoolean(words[2]), false));
    }

    @Override
    public String version() {
      return "1";
    }
  }

  private final Spoken spoken = new Spoken();

  private Policy.Classified policy(TextLabels labels) {
    return new Policy.Classified(
        labels, Map.of("maths", MATHS, "code", CODE), List.of(MATHS, CODE, GENERAL), GENERAL, 0.4);
  }

  private Decision choose(String text) {
    return policy(spoken).choose(RoutingRequest.of(text), SessionState.EMPTY, 0.5);
  }

  @Test
  void sendsACategoryToItsTarget() {
    Decision decision = choose("maths 0.9 true");

    assertThat(decision.chain()).containsExactly(MATHS, GENERAL, CODE);
    assertThat(decision.source()).isEqualTo(Decision.Source.CLASSIFIER);
    assertThat(decision.category()).contains("maths");
    assertThat(decision.confidence()).isEqualTo(OptionalDouble.of(0.9));
    assertThat(decision.propensities()).containsEntry(MATHS, 1.0).containsEntry(CODE, 0.0);
  }

  @Test
  void whatIsUnsureUnknownOrFailedGoesToTheDefault() {
    for (String text : List.of("maths 0.39 true", "maths 0.9 false", "poetry 0.9 true", "fails")) {
      Decision decision = choose(text);
      assertThat(decision.target()).as(text).isEqualTo(GENERAL);
      assertThat(decision.source()).as(text).isEqualTo(Decision.Source.FALLBACK);
      assertThat(decision.propensity()).as(text).isEqualTo(1);
    }
  }

  @Test
  void toolLoopsStayWithTheirTarget() {
    RoutingRequest inLoop =
        new RoutingRequest(
            "maths 0.9 true", Optional.empty(), List.of(), Optional.of("c"), true, 9);
    SessionState last = new SessionState(Optional.of(CODE), false, 100);

    Decision decision = policy(spoken).choose(inLoop, last, 0.5);

    assertThat(decision.target()).isEqualTo(CODE);
    assertThat(decision.source()).isEqualTo(Decision.Source.AFFINITY);
    assertThat(decision.candidates()).containsExactly(CODE);
    assertThat(policy(spoken).choose(inLoop, SessionState.EMPTY, 0.5).target()).isEqualTo(MATHS);
  }

  @Test
  void remembersTheLatestAnswersAndAsksFailuresAgain() {
    Policy policy = policy(new RememberedLabels(spoken, 2));
    List<String> texts =
        List.of("maths 0.9 true", "maths 0.9 true", "fails", "fails", "code 0.9 true", "a 1 true");
    List<Decision.Source> sources =
        texts.stream()
            .map(it -> policy.choose(RoutingRequest.of(it), SessionState.EMPTY, 0.5).source())
            .toList();

    assertThat(sources)
        .containsExactly(
            Decision.Source.CLASSIFIER,
            Decision.Source.CACHE,
            Decision.Source.FALLBACK,
            Decision.Source.FALLBACK,
            Decision.Source.CLASSIFIER,
            Decision.Source.FALLBACK);
    assertThat(spoken.asked).isEqualTo(5);
    policy.choose(RoutingRequest.of("maths 0.9 true"), SessionState.EMPTY, 0.5);
    assertThat(spoken.asked).as("the oldest was forgotten").isEqualTo(6);
  }

  @Test
  void refusesATargetThatIsNoCandidate() {
    assertThatThrownBy(
            () ->
                new Policy.Classified(spoken, Map.of("maths", MATHS), List.of(CODE), GENERAL, 0.4))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
