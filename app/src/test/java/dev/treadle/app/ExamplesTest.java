package dev.treadle.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.app.command.RootCommand;
import dev.treadle.app.workspace.Configuration;
import dev.treadle.app.workspace.ConfigurationKey;
import dev.treadle.app.workspace.Machine;
import dev.treadle.curation.StageDescription;
import dev.treadle.testkit.Project;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Every command, option, key and stage is described, and every example runs. */
class ExamplesTest {
  /** Options that every command has need no example at each. */
  private static final Set<String> EVERYWHERE =
      Set.of("--help", "--version", "--workspace", "--json");

  private static final int GATE_REFUSED = 3;

  @TempDir static Path shared;
  @TempDir Path place;

  @SuppressWarnings("NullAway.Init")
  private static Path workspace;

  @SuppressWarnings("NullAway.Init")
  private static String exampleId;

  @BeforeAll
  static void fillWorkspace() throws IOException {
    FakeMachine machine = new FakeMachine(shared);
    machine.succeed("demo", "--workspace", "wheel");
    workspace = machine.folder().resolve("wheel");
    delete(workspace.resolve("out"));
    for (String folder : List.of("base", "adapter")) {
      copy(
          Project.root().resolve("training/src/test/resources/models/llama").resolve(folder),
          workspace.resolve("models").resolve(folder));
    }
    machine.in(workspace).succeed("export", "--as", "openai", "--to", "chats");
    Files.writeString(workspace.resolve("lora.yaml"), "lora: {r: 4, alpha: 8}\n");
    Files.writeString(
        workspace.resolve("zero3.json"), "{\"zero_optimization\": {\"stage\": 3}}  # parts all\n");
    machine.in(workspace).succeed("key", "create", "laptop");
    exampleId = machine.in(workspace).json("data", "show").path("sample").path(0).asString();
  }

  static List<CommandSpec> commands() {
    return CommandExamples.commands(line());
  }

  static CommandLine line() {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return RootCommand.line(
        new Machine(
            () -> Instant.EPOCH,
            new SplittableRandom(0),
            new ByteArrayInputStream(new byte[0]),
            nowhere,
            nowhere,
            false,
            Map.of(),
            Path.of(""),
            Path.of(""),
            "ann",
            1,
            System::nanoTime,
            _ -> {},
            OptionalLong::empty));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyExampleOfTheCommandRuns(CommandSpec command) throws IOException {
    List<String> examples = CommandExamples.examples(command);
    assertThat(examples).as("examples in the footer of %s", command.qualifiedName()).isNotEmpty();
    Path copy = place.resolve("here/wheel");
    FakeMachine machine = new FakeMachine(place);
    copy(workspace, copy);
    machine.in(copy);
    FakeMachine.unpackDemo(machine.home().resolve(".claude"));

    for (String example : examples) {
      String typed = example.replace(CommandExamples.EXAMPLE_ID, exampleId);
      assertThat(typed)
          .as(
              "a variable that picocli does not know; an example's id is "
                  + CommandExamples.EXAMPLE_ID)
          .doesNotContain("${", " null");
      int code = machine.run(CommandExamples.words(typed).toArray(String[]::new));
      // Where a gate is asked, its no is an answer too.
      assertThat(code).as("%s%n%s", typed, machine.all()).isIn(0, GATE_REFUSED);
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyOptionIsDescribedAndShown(CommandSpec command) {
    assertThat(command.usageMessage().description())
        .as("description of %s", command.qualifiedName())
        .isNotEmpty();
    String examples = String.join("\n", CommandExamples.examples(command));
    List<String> missing = new ArrayList<>();
    for (ArgSpec it : command.args()) {
      if (it.description().length == 0) {
        missing.add(it.paramLabel() + " has no description");
      }
      if (it instanceof OptionSpec option
          && !EVERYWHERE.contains(option.longestName())
          && !examples.contains(option.longestName())) {
        missing.add(option.longestName() + " is in no example");
      }
    }
    assertThat(missing).as(command.qualifiedName()).isEmpty();
  }

  static List<ConfigurationKey> keys() {
    return ConfigurationKey.ALL;
  }

  @ParameterizedTest
  @MethodSource("keys")
  void exampleOfTheKeyWorks(ConfigurationKey key) throws IOException {
    assertThat(key.meaning()).endsWith(".");
    String last = key.path().substring(key.path().lastIndexOf('.') + 1);
    assertThat(key.example()).as("example of %s", key.path()).contains(last + ":");
    worksWith(key.example());
  }

  @ParameterizedTest
  @MethodSource("keys")
  void defaultOfTheKeyIsWhatItsAbsenceMeans(ConfigurationKey key) {
    if (!key.otherwise().startsWith("the ")) {
      // Sections with names of the user's own are there with one name.
      String around =
          key.path().contains("*")
              ? "{upstreams: {x: {url: 'http://h'}}, routes: {x: {}}, limits: {x: {requests-per-minute: 1}}}"
              : "{}";
      ObjectNode without = (ObjectNode) new YAMLMapper().readTree(around);
      ObjectNode with = without.deepCopy();
      String[] names = key.path().replace("*", "x").split("\\.", -1);
      ObjectNode section = with;
      for (int i = 0; i < names.length - 1; i++) {
        section = section.withObjectProperty(names[i]);
      }
      section.set(names[names.length - 1], new YAMLMapper().readTree(key.otherwise()));
      assertThat(Configuration.parse(with.toString(), "here"))
          .isEqualTo(Configuration.parse(without.toString(), "here"));
    }
  }

  static List<StageDescription> stages() {
    return StageDescription.ALL;
  }

  @ParameterizedTest
  @MethodSource("stages")
  void exampleOfTheStageWorks(StageDescription stage) throws IOException {
    assertThat(stage.example()).startsWith(stage.name());
    worksWith("recipe:\n  - " + stage.example() + "\n");
  }

  @Test
  void allKeysWorkTogether() throws IOException {
    StringBuilder yaml = new StringBuilder();
    Set<String> sections = new HashSet<>();
    for (ConfigurationKey key : ConfigurationKey.ALL) {
      // A section may be there once.
      if (sections.add(key.path().split("\\.", 2)[0])) {
        yaml.append(key.example());
      }
    }
    worksWith(yaml.toString());
  }

  private void worksWith(String yaml) throws IOException {
    FakeMachine machine = new FakeMachine(place);
    FakeMachine.unpackDemo(machine.home().resolve(".claude"));
    Files.writeString(machine.folder().resolve("treadle.yaml"), yaml);

    assertThat(machine.json("import").path("report").path("added").asLong()).isPositive();
    assertThat(machine.json("curate").path("parts").isEmpty()).isFalse();
  }

  @Test
  void wordsArePartedAsAShellDoes() {
    assertThat(CommandExamples.words("treadle a \"b c\" --d=\"e\" \"x \\\"y\\\"\" \"\""))
        .containsExactly("a", "b c", "--d=e", "x \"y\"", "");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> walk = Files.walk(from)) {
      for (Path file : walk.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(Files.isDirectory(file) ? target : target.resolveSibling("."));
        if (Files.isRegularFile(file)) {
          Files.copy(file, target);
        }
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path file : walk.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
