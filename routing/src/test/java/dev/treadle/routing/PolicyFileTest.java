package dev.treadle.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.measure.text.TextClassifier;
import dev.treadle.transcript.TreadleException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The form of policies on disk. */
class PolicyFileTest {
  private static final Target CODE = Target.parse("code");
  private static final Target GENERAL = Target.parse("up/general");
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final PolicyDocument.TrainedOn TRAINED =
      new PolicyDocument.TrainedOn(40, "ab12", Optional.of(NOW), Optional.empty());

  private static PolicyDocument learned() {
    return PolicyDocument.of(
        "p-1",
        "default",
        NOW,
        List.of(CODE, GENERAL),
        GENERAL,
        Objective.QUALITY.at(3),
        LearnedRouter.train(
            LearnedRouterTest.byText(40, Optional.empty()), LearnedRouter.Options.DEFAULT, 1),
        TRAINED,
        Map.of("quality", 0.75));
  }

  private static PolicyDocument classifier() {
    List<TextClassifier.Labelled> examples = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      examples.add(new TextClassifier.Labelled("write a function that sorts " + i, "code"));
      examples.add(new TextClassifier.Labelled("a poem of love and spring " + i, "prose"));
    }
    return PolicyDocument.of(
        "p-2",
        "default",
        NOW,
        List.of(CODE, GENERAL),
        GENERAL,
        Map.of("code", CODE),
        0.3,
        TextClassifier.train(examples, 1),
        TRAINED,
        Map.of());
  }

  @Test
  void readsWhatItWrote() {
    for (PolicyDocument it : List.of(learned(), classifier())) {
      byte[] file = PolicyFile.write(it);
      assertThat(PolicyFile.read(file)).isEqualTo(it);
      assertThat(PolicyFile.write(PolicyFile.read(file))).isEqualTo(file);
    }
  }

  @Test
  void theReadPolicyDecides() {
    RoutingRequest request = RoutingRequest.of("write a function that sorts 5");
    Policy classified = PolicyFile.read(PolicyFile.write(classifier())).policy(Map.of(), 10);
    assertThat(classified.choose(request, SessionState.EMPTY, 0.5).target()).isEqualTo(CODE);
    assertThat(classified.choose(request, SessionState.EMPTY, 0.5).source())
        .isEqualTo(Decision.Source.CACHE);

    Policy written = learned().policy(Map.of(), 0);
    Policy read = PolicyFile.read(PolicyFile.write(learned())).policy(Map.of(), 0);
    assertThat(read.choose(request, SessionState.EMPTY, 0.3))
        .isEqualTo(written.choose(request, SessionState.EMPTY, 0.3));
  }

  @Test
  void refusesWhatIsNotOne() {
    String file = new String(PolicyFile.write(learned()), StandardCharsets.UTF_8);
    Map<String, String> broken =
        Map.of(
            "[1, 2]",
            "says its format",
            "no JSON",
            "not JSON",
            file.replace("\"format\":1", "\"format\":2"),
            "newer",
            file.replace("\"kind\":\"learned\"", "\"kind\":\"magic\""),
            "'magic'",
            file.replace("\"default\":\"up/general\"", "\"default\":\"other\""),
            "candidates",
            file.replace("\"exploration_floor\":0.01", "\"exploration_floor\":7"),
            "0.5",
            file.replace("\"examples\":40", "\"examples\":\"many\""),
            "examples",
            file.replace("2026-03-01T10:00:00Z", "yesterday"),
            "yesterday");
    broken.forEach(
        (text, message) ->
            assertThatThrownBy(() -> PolicyFile.read(text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(TreadleException.class)
                .hasMessageContaining(message));
  }

  @Test
  void refusesADamagedModel() {
    String file = new String(PolicyFile.write(learned()), StandardCharsets.UTF_8);
    String damaged = file.replaceFirst("\"model\":\"(.{40})....", "\"model\":\"$1AAAA");
    PolicyDocument read = PolicyFile.read(damaged.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> read.policy(Map.of(), 0)).isInstanceOf(TreadleException.class);

    PolicyDocument text =
        PolicyFile.read(
            file.replaceFirst("\"model\":\"....", "\"model\":\"?!")
                .getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> text.policy(Map.of(), 0))
        .isInstanceOf(TreadleException.class)
        .hasMessageContaining("Base64");
  }
}
