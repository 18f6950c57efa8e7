package dev.treadle.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.testkit.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Making small models by the command line. */
class ModelMakeCommandTest {
  @TempDir Path place;

  @SuppressWarnings("NullAway.Init")
  private FakeMachine machine;

  @BeforeEach
  void machine() throws IOException {
    machine = new FakeMachine(place);
  }

  private static String[] make(String output, String... more) {
    String text = Project.root().resolve("docs/lake.md").toString();
    List<String> words = new ArrayList<>(List.of("model", "make", "tiny", "--output", output));
    words.addAll(List.of(more));
    words.addAll(List.of("--threads", "2", "--text", text));
    return words.toArray(String[]::new);
  }

  /** One of two layers. */
  private static String[] small(String output, String... more) {
    List<String> words = new ArrayList<>(List.of(more));
    words.addAll(List.of("--vocabulary", "500", "--hidden", "64", "--layers", "2"));
    words.addAll(List.of("--context", "128"));
    return make(output, words.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen3", "qwen2", "llama"})
  void learnsItsTextsAndGivesTheSameBytesAgain(String architecture) throws IOException {
    JsonNode result = machine.json(small("one", "--arch", architecture, "--steps", "6"));
    machine.succeed(small("two", "--arch", architecture, "--steps", "6"));

    assertThat(result.path("last_loss").doubleValue())
        .isLessThan(result.path("first_loss").doubleValue() - 0.1);
    assertThat(result.path("vocabulary").asInt()).isEqualTo(500);
    assertThat(names("one"))
        .containsExactly(
            "config.json",
            "generation_config.json",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json");
    for (String it : names("one")) {
      assertThat(machine.folder().resolve("two").resolve(it))
          .hasSameBinaryContentAs(machine.folder().resolve("one").resolve(it));
    }
  }

  private List<String> names(String folder) throws IOException {
    try (Stream<Path> files = Files.list(machine.folder().resolve(folder))) {
      return files.map(it -> it.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void staysRandomWithoutSteps() {
    assertThat(machine.succeed(small("out", "--steps", "0")))
        .contains("Qwen3ForCausalLM", "its weights are random");
  }

  @Test
  void refusesBadInputInOneLineAndLeavesNothing() throws IOException {
    fails(make("out", "--arch", "qwen"), "did you mean 'qwen2'?");
    fails(make("out", "--hidden", "100"), "hidden is 100: it must be a multiple of 64");
    fails(make("out", "--vocabulary", "10"), "vocabulary is 10");
    fails(make("out", "--steps", "-1"), "--steps is -1");
    fails(
        new String[] {"model", "make", "tiny", "--text", "nowhere", "--output", "out"},
        "there is no",
        "nowhere");
    Files.write(machine.folder().resolve("binary"), new byte[] {0, 1, 2});
    fails(
        new String[] {"model", "make", "tiny", "--text", "binary", "--output", "out"},
        "there is no text to learn from");
    fails(
        new String[] {"model", "make", "huge", "--text", "binary", "--output", "out"},
        "there is no size 'huge'");
    machine.withMemory(1_000_000);
    fails(small("out", "--steps", "2"), "of memory");
    Files.createDirectories(machine.folder().resolve("full/of"));
    fails(make("full"), "is there already");
  }

  private void fails(String[] words, String... said) throws IOException {
    assertThat(machine.run(words)).as(String.join(" ", words)).isEqualTo(1);
    assertThat(machine.err()).contains(said);
    assertThat(machine.err().strip().lines()).as(machine.err()).hasSize(1);
    assertThat(machine.folder().resolve("out")).doesNotExist();
    assertThat(machine.folder().resolve(".out.part")).doesNotExist();
  }
}
