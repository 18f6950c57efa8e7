package dev.treadle.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.gateway.scripted.Fault;
import dev.treadle.gateway.scripted.Pace;
import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import dev.treadle.gateway.scripted.When;
import dev.treadle.testkit.Needs;
import dev.treadle.testkit.Project;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The vendors' libraries for Node: {@code conformance/node/clients.test.js} says what is tested.
 */
class NodeLibrariesTest {
  @TempDir Path folder;

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Path FOLDER = Project.root().resolve("conformance/node");

  private static Script script() {
    List<Rule> rules = new ArrayList<>(Weather.script().rules());
    rules.add(Rule.when(When.contains("Say it")).say(Weather.ANSWER));
    rules.add(Rule.when(When.contains("Fail 400")).status(400));
    rules.add(Rule.when(When.contains("Fail 429")).status(429, Duration.ofMillis(1)));
    rules.add(Rule.when(When.contains("Break")).fail(Fault.ERROR_AFTER_FIRST_TOKEN));
    rules.add(
        Rule.when(When.contains("Take long"))
            .say("a long answer in many pieces")
            .pace(new Pace(Duration.ZERO, Duration.ofHours(1), 4)));
    return Script.of(rules.toArray(Rule[]::new));
  }

  @ParameterizedTest
  @EnumSource
  void librariesForNodeAreServed(UpstreamKind kind) throws IOException, InterruptedException {
    String node = Needs.program("node").toString();
    Needs.file(FOLDER.resolve("node_modules/openai/package.json"));
    try (Stage stage = Stage.of(folder, kind, script())) {
      ProcessBuilder tests =
          new ProcessBuilder(node, "--test", "--test-reporter=spec", "clients.test.js")
              .directory(FOLDER.toFile())
              .redirectErrorStream(true);
      tests.environment().put("TREADLE_URL", stage.url(""));
      tests.environment().put("TREADLE_MODEL", Stage.MODEL);
      tests.environment().put("TREADLE_KEY", Stage.KEY);
      tests.environment().put("TREADLE_RESPONSES", String.valueOf(kind == UpstreamKind.OPENAI));
      Process run = tests.start();
      String said = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(run.waitFor()).as(said).isZero();
      assertThat(said).contains("pass 1");
      assertThat(stage.upstream().awaitClientsGone(2, SOON)).as("streams given up").isTrue();
    }
  }
}
