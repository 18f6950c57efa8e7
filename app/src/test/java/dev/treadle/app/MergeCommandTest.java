package dev.treadle.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.testkit.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Merging by the command line, with a workspace and without. */
class MergeCommandTest {
  @TempDir Path place;

  @SuppressWarnings("NullAway.Init")
  private FakeMachine machine;

  private static final Path MODEL =
      Project.root().resolve("training/src/test/resources/models/qwen2");

  @BeforeEach
  void machine() throws IOException {
    machine = new FakeMachine(place);
  }

  private String[] merge(String... more) {
    String[] words = {
      "merge",
      "--base",
      MODEL.resolve("base").toString(),
      "--adapter",
      MODEL.resolve("adapter").toString(),
      "--output",
      "merged"
    };
    return Stream.concat(Stream.of(words), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void worksWithoutAWorkspaceAndPrintsTheProof() throws IOException {
    String out = machine.succeed(merge());

    assertThat(out)
        .contains("20 tensors changed, 6 as they were", "copied: config.json")
        .doesNotContain("run ");
    try (Stream<Path> files = Files.list(machine.folder().resolve("merged"))) {
      assertThat(files.map(it -> it.getFileName().toString()))
          .containsExactlyInAnyOrder("config.json", "model.safetensors");
    }
    assertThat(machine.run(merge())).isEqualTo(1);
    assertThat(machine.err()).contains("is there already");
  }

  @Test
  void leavesARunInTheWorkspace() throws IOException {
    machine.succeed("init");
    JsonNode result = machine.json(merge("--max-shard-size", "3KB"));

    assertThat(result.path("merge").path("shards").asInt()).isGreaterThan(2);
    assertThat(result.path("changed_share").asDouble()).isBetween(0.9, 1.0);
    String run = result.path("run").asString();
    assertThat(machine.folder().resolve("lake/runs").resolve(run).resolve("run.json"))
        .content()
        .contains("20 tensors changed");
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThat(machine.run(merge("--dtype", "int4"))).isEqualTo(1);
    assertThat(machine.err()).contains("the dtype 'int4' is not known");
    for (String it : new String[] {"many", "0", "-3GB", "5XB", "9999999999TB"}) {
      assertThat(machine.run(merge("--max-shard-size=" + it))).isNotZero();
      assertThat(machine.err()).contains("--max-shard-size: expected");
    }
    assertThat(machine.run(merge("--workspace", "nowhere"))).isEqualTo(1);
    assertThat(machine.folder().resolve("merged")).doesNotExist();
  }
}
