package dev.treadle.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.testkit.Project;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Fine-tuning by the command line, with the real engine on a model of two layers. */
class TrainCommandTest {
  private static final String CHAT =
      """
      {"messages":[{"role":"user","content":"What is a %s?"},{"role":"assistant","content":"It is number %s."}]}
      """;

  @TempDir static Path shared;
  @TempDir Path place;

  @SuppressWarnings("NullAway.Init")
  private static Path model;

  @SuppressWarnings("NullAway.Init")
  private FakeMachine machine;

  @BeforeAll
  static void makeModel() throws IOException {
    FakeMachine machine = new FakeMachine(shared);
    String text = Project.root().resolve("docs/lake.md").toString();
    machine.succeed(
        ("model make tiny --output model --vocabulary 500 --hidden 64 --layers 2 --context 64"
                + " --steps 0 --threads 2 --text "
                + text)
            .split(" ", -1));
    model = machine.folder().resolve("model");
  }

  @BeforeEach
  void machine() throws IOException {
    machine = new FakeMachine(place);
    copy(model, machine.folder().resolve("base"));
    Files.writeString(machine.folder().resolve("train.jsonl"), chats(24));
    Files.writeString(machine.folder().resolve("val.jsonl"), chats(3));
    Files.writeString(
        machine.folder().resolve("lora.yaml"),
        """
        lora:
          r: 4
          alpha: 8
          dropout: 0.05
          target_modules: [q_proj, v_proj]
          bias: none
        training:
          batch_size: 2
          gradient_accumulation_steps: 2
          learning_rate: 1e-2
          num_epochs: 1
          warmup_ratio: 0.05
          weight_decay: 0.01
          max_grad_norm: 1.0
          bf16: false
          save_steps: 2
        """);
  }

  private static String chats(int count) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines.append(CHAT.formatted("thing " + i, i));
    }
    return lines.toString();
  }

  private static String[] train(String output, String... more) {
    List<String> words = new ArrayList<>(List.of("train", "--base", "base", "--output", output));
    words.addAll(List.of("--threads", "2", "--config", "lora.yaml"));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private static final String[] CHATS = {
    "--data", "train.jsonl", "--validation", "val.jsonl", "--max-steps", "4"
  };

  private static String[] chats(String output, String... more) {
    return train(output, Stream.concat(Stream.of(CHATS), Stream.of(more)).toArray(String[]::new));
  }

  @Test
  void learnsFromChatsAndSaysWhatItGained() {
    JsonNode result = machine.json(chats("out"));

    JsonNode losses = result.path("losses");
    assertThat(losses.path("tuned").doubleValue()).isLessThan(losses.path("base").doubleValue());
    assertThat(losses.path("base_perplexity").doubleValue()).isGreaterThan(100);
    assertThat(result.path("data").path("examples").asInt()).isEqualTo(24);
    assertThat(result.path("data").path("held_out").asInt()).isEqualTo(3);
    assertThat(result.path("steps").asInt()).isEqualTo(4);
    assertThat(result.path("tokens_per_second").doubleValue()).isPositive();
    Path out = machine.folder().resolve("out");
    assertThat(out.resolve("final_model/adapter_config.json")).content().contains("\"r\": 4");
    assertThat(out.resolve("loss.png")).isNotEmptyFile();
    assertThat(out.resolve("report.html")).isNotEmptyFile();

    assertThat(
            machine.succeed(
                "merge",
                "--base",
                "base",
                "--adapter",
                "out/final_model",
                "--output",
                "out/merged"))
        .contains("4 tensors changed");
  }

  @Test
  void tellsPeopleWhatToDoNext() {
    assertThat(machine.succeed(chats("out", "--quick-test")))
        .contains("Trained 1,", "on 3 held-out sequences", "perplexity", "Next:", "treadle merge")
        .doesNotContain("  run ");
  }

  @Test
  void optionsPrevailOverTheFile() throws IOException {
    machine.succeed(chats("out", "--lora-rank", "2", "--learning-rate", "5e-3"));

    JsonNode settings =
        Json.read(Files.readAllLines(machine.folder().resolve("out/log.jsonl")).getFirst())
            .path("settings");
    assertThat(settings.path("lora").path("r").asInt()).isEqualTo(2);
    assertThat(settings.path("lora").path("alpha").asInt()).isEqualTo(4);
    assertThat(settings.path("training").path("learning_rate").doubleValue()).isEqualTo(5e-3);
    assertThat(settings.path("training").path("weight_decay").doubleValue()).isEqualTo(0.01);
    assertThat(settings.path("training").path("max_length").asInt())
        .as("no more than the model has positions")
        .isEqualTo(64);
  }

  @Test
  void goesOnAfterAKillAndEndsWithTheSameBytes() throws IOException {
    machine.succeed(chats("whole"));
    Path killed = machine.folder().resolve("killed");
    copy(machine.folder().resolve("whole"), killed);
    delete(killed.resolve("final_model"));
    delete(killed.resolve("checkpoint-4"));

    JsonNode result = machine.json(chats("killed", "--resume"));

    assertThat(result.path("resumed_at").asInt()).isEqualTo(2);
    assertThat(result.path("losses").path("base").isNumber()).as("read from the log").isTrue();
    String adapter = "final_model/adapter_model.safetensors";
    assertThat(killed.resolve(adapter))
        .hasSameBinaryContentAs(machine.folder().resolve("whole").resolve(adapter));
    assertThat(machine.run(chats("killed", "--resume"))).isEqualTo(1);
    assertThat(machine.err()).contains("the run is done");
  }

  @Test
  void refusesToGoOnWithAnotherRun() throws IOException {
    machine.succeed(chats("out"));
    delete(machine.folder().resolve("out/final_model"));

    fails(
        chats("out", "--resume", "--learning-rate", "1e-3"),
        "was begun otherwise",
        "learning_rate");
    fails(chats("out"), "is not empty: go on with --resume");
    assertThat(machine.json(chats("new", "--resume")).path("resumed_at").isNull()).isTrue();
  }

  @Test
  void trainsAllWeightsOnPlainText() throws IOException {
    Files.createDirectories(machine.folder().resolve("texts/below"));
    Files.writeString(
        machine.folder().resolve("texts/below/a.txt"), "the cat sat on the mat. ".repeat(40));
    String[] words = {
      "train",
      "--base",
      "base",
      "--output",
      "out",
      "--text",
      "texts",
      "--validation",
      "texts/below/a.txt",
      "--method",
      "full",
      "--max-steps",
      "2",
      "--threads",
      "2",
      "--learning-rate",
      "1e-3"
    };

    JsonNode result = machine.json(words);

    assertThat(result.path("is_adapter").asBoolean()).isFalse();
    assertThat(result.path("losses").path("tuned").doubleValue())
        .isLessThan(result.path("losses").path("base").doubleValue());
    assertThat(machine.folder().resolve("out/final_model/model.safetensors")).exists();
    assertThat(machine.folder().resolve("out/final_model/tokenizer.json")).exists();
  }

  @Test
  void countsWhatIsCutAndLeftOut() throws IOException {
    String longAnswer = CHAT.formatted("thing", "of things ".repeat(200));
    String longQuestion = CHAT.formatted("thing ".repeat(200), "1");
    Files.writeString(
        machine.folder().resolve("train.jsonl"), chats(3) + longAnswer + longQuestion + "{}\n");

    JsonNode data = machine.json(chats("out")).path("data");

    assertThat(data.path("cut").asInt()).isEqualTo(1);
    assertThat(data.path("skipped").path("too_long").asInt()).isEqualTo(1);
    assertThat(data.path("skipped").path("not_a_chat").asInt()).isEqualTo(1);
    assertThat(data.path("skipped_first").get(0).asString()).contains("train.jsonl:5");
  }

  @Test
  void refusesBadInputInOneLineAndLeavesNothing() throws IOException {
    Path here = machine.folder();
    fails(
        new String[] {"train", "--base", "nowhere", "--output", "out", "--data", "train.jsonl"},
        "there is no",
        "nowhere");
    fails(train("out", "--data", "none.jsonl"), "there is no", "none.jsonl");
    Files.writeString(here.resolve("empty.jsonl"), "");
    fails(train("out", "--data", "empty.jsonl"), "nothing to train on");
    fails(train("out", "--data", "train.jsonl", "--text", "train.jsonl"), "name one of");
    fails(train("out"), "no treadle.yaml");
    fails(chats("out", "--learning-rate", "-1"), "training.learning_rate is -1");
    machine.withMemory(100_000_000);
    fails(chats("out"), "of memory, and 100 MB are free");
    machine.withMemory(8_000_000_000L);
    Path shard = here.resolve("base/model.safetensors");
    byte[] bytes = Files.readAllBytes(shard);
    Files.write(shard, java.util.Arrays.copyOf(bytes, bytes.length - 100));
    fails(chats("out"), "model.safetensors");
    Path configuration = here.resolve("base/config.json");
    Files.writeString(
        configuration,
        Files.readString(configuration).replace("Qwen3ForCausalLM", "MambaForCausalLM"));
    fails(chats("out"), "MambaForCausalLM");
  }

  @Test
  void refusesAFileOfSettingsThatItDoesNotUnderstand() throws IOException {
    Path file = machine.folder().resolve("lora.yaml");
    Files.writeString(file, "training:\n  learning_rat: 1e-3\n");
    fails(chats("out"), "did you mean 'training.learning_rate'?");
    Files.writeString(file, "training: [\n");
    fails(chats("out"), "is not YAML", "line");
    Files.writeString(file, "- 1\n");
    fails(chats("out"), "expected the sections lora and training");
    Files.writeString(file, "training:\n  objective: text\n");
    fails(chats("out"), "leave one of them out");
    Files.delete(file);
    fails(chats("out"), "there is no", "lora.yaml");
  }

  private void fails(String[] words, String... said) {
    assertThat(machine.run(words)).as(String.join(" ", words)).isEqualTo(1);
    assertThat(machine.err()).contains(said).startsWith("treadle: ");
    assertThat(machine.err().strip().lines()).as(machine.err()).hasSize(1);
    if (!List.of(words).contains("--resume") && !machine.err().contains("is not empty")) {
      assertThat(machine.folder().resolve("out")).doesNotExist();
    }
  }

  @Test
  void trainsOnADatasetOfTheLakeAndLeavesARun() throws IOException {
    FakeMachine.unpackDemo(machine.home().resolve(".claude"));
    machine.succeed("init", "--yes");
    machine.succeed("import");
    machine.succeed("curate");

    JsonNode result = machine.json(train("out", "--quick-test"));

    assertThat(result.path("data").path("name").asString()).isEqualTo("main/1");
    Path run = machine.folder().resolve("lake/runs").resolve(result.path("run").asString());
    assertThat(run.resolve("run.json")).content().contains("SUCCEEDED", "main/1", "10 steps");
    JsonNode record = Json.read(Files.readAllBytes(run.resolve("training.json")));
    assertThat(record.path("base_sha256").asString()).hasSize(64);
    assertThat(record.path("dataset_sha256").asString()).hasSize(64);

    assertThat(machine.run(train("out", "--quick-test"))).isEqualTo(1);
    assertThat(machine.run(train("other", "--dataset", "main/7"))).isEqualTo(1);
    machine.withMemory(100_000_000);
    assertThat(machine.run(train("other"))).isEqualTo(1);
    assertThat(runs()).filteredOn(it -> it.contains("FAILED")).hasSize(1);
    Files.writeString(
        machine.folder().resolve("lake/datasets/main/1/REVOKED.json"),
        "{\"reason\":\"forgotten\"}");
    for (String it : List.of("main", "main/1")) {
      assertThat(machine.run(train("other", "--dataset", it))).isEqualTo(1);
      assertThat(machine.err()).contains("was revoked, because something in it was forgotten");
    }
    assertThat(machine.folder().resolve("other")).doesNotExist();
  }

  private List<String> runs() throws IOException {
    List<String> records = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(machine.folder().resolve("lake/runs"))) {
      for (Path it : walk.filter(file -> file.endsWith("run.json")).sorted().toList()) {
        records.add(Files.readString(it));
      }
    }
    return records;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> walk = Files.walk(from)) {
      for (Path it : walk.toList()) {
        Files.copy(it, to.resolve(from.relativize(it).toString()));
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path it : walk.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(it);
      }
    }
  }
}
