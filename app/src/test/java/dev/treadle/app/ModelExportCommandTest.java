package dev.treadle.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.testkit.Project;
import dev.treadle.training.gguf.GgufFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Exporting by the command line. */
class ModelExportCommandTest {
  @TempDir Path place;

  @SuppressWarnings("NullAway.Init")
  private FakeMachine machine;

  @BeforeEach
  void machine() throws IOException {
    machine = new FakeMachine(place);
    String text = Project.root().resolve("docs/lake.md").toString();
    machine.succeed(
        "model",
        "make",
        "tiny",
        "--output",
        "tiny",
        "--vocabulary",
        "500",
        "--hidden",
        "64",
        "--layers",
        "2",
        "--context",
        "128",
        "--steps",
        "0",
        "--text",
        text);
  }

  @Test
  void writesAFileThatSaysWhatItIs() {
    String out = machine.succeed("model", "export", "--model", "tiny", "--output", "a/tiny.gguf");
    assertThat(out)
        .contains("qwen3", "with its chat template", "Q8_0", "500 tokens", "read again:");

    try (GgufFile file = GgufFile.open(machine.folder().resolve("a/tiny.gguf"))) {
      assertThat(file.architecture()).isEqualTo("qwen3");
      assertThat(file.contextLength()).isEqualTo(OptionalLong.of(128));
    }
    JsonNode result =
        machine.json("model", "export", "--model", "tiny", "--output", "b.gguf", "--type", "f32");
    assertThat(result.path("export").path("forms").path("F32").asInt())
        .isEqualTo(result.path("export").path("tensors").asInt());
  }

  @Test
  void refusesBadInputInOneLineAndLeavesNothing() throws IOException {
    fails("did you mean 'q8_0'?", "--model", "tiny", "--output", "c.gguf", "--type", "q8");
    fails("--threads is 0", "--model", "tiny", "--output", "c.gguf", "--threads", "0");
    fails("there is no", "--model", "nowhere", "--output", "c.gguf");
    Path tokenizer = machine.folder().resolve("tiny/tokenizer.json");
    Files.writeString(tokenizer, Files.readString(tokenizer).replace("\\\\p{N}", "\\\\p{N}{1,7}"));
    fails("would not do the same with the expression", "--model", "tiny", "--output", "c.gguf");
  }

  private void fails(String said, String... words) {
    String[] line = new String[words.length + 2];
    line[0] = "model";
    line[1] = "export";
    System.arraycopy(words, 0, line, 2, words.length);
    assertThat(machine.run(line)).as(said).isEqualTo(1);
    assertThat(machine.err()).contains(said);
    assertThat(machine.err().strip().lines()).as(machine.err()).hasSize(1);
    assertThat(machine.folder().resolve("c.gguf")).doesNotExist();
    assertThat(machine.folder().resolve(".c.gguf.part")).doesNotExist();
  }
}
