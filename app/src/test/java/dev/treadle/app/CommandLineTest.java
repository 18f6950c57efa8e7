package dev.treadle.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.transcript.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** What the command line answers, to right and to wrong words. */
class CommandLineTest {
  /** Objects whose names are data: the types of lines, projects, reasons. */
  private static final Set<String> BY_NAME =
      Set.of(
          "lines",
          "redacted",
          "examples",
          "projects",
          "thinking",
          "parts",
          "counts",
          "dropped",
          "rows",
          "left_out",
          "losses");

  @TempDir Path place;

  @SuppressWarnings("NullAway.Init")
  private FakeMachine machine;

  @BeforeEach
  void startMachine() throws IOException {
    machine = new FakeMachine(place);
  }

  /** A workspace with the demo's sessions in {@code sessions}, and the current folder in it. */
  private Path workspace(String yaml) throws IOException {
    Path workspace = place.resolve("wheel");
    FakeMachine.unpackDemo(workspace.resolve("sessions"));
    Files.writeString(workspace.resolve("treadle.yaml"), yaml);
    machine.in(workspace);
    return workspace;
  }

  private Path workspace() throws IOException {
    return workspace("sources:\n  claude-code: [sessions]\n");
  }

  /** The one line that a failure is told in. */
  private String failure(int code, String... words) {
    assertThat(machine.run(words)).as(machine.all()).isEqualTo(code);
    assertThat(machine.out()).isEmpty();
    List<String> lines = machine.err().lines().toList();
    assertThat(lines).hasSize(code == 2 ? 2 : 1);
    assertThat(lines.getFirst()).startsWith("treadle: ");
    return lines.getFirst();
  }

  @Test
  void helpAndVersionGoToTheOutputAndSucceed() {
    assertThat(machine.succeed("--help")).contains("treadle demo", "Exit codes");
    assertThat(machine.err()).isEmpty();
    assertThat(machine.succeed("--version")).startsWith("treadle ");
    assertThat(machine.succeed()).contains("Usage: treadle");
    assertThat(machine.succeed("import", "--help")).contains("Usage: treadle import");
  }

  @Test
  void unknownCommandNamesTheNearest() {
    assertThat(failure(2, "imprt")).contains("imprt", "did you mean import?");
    assertThat(machine.err()).contains("See: treadle --help");
    assertThat(failure(2, "data", "shwo")).contains("did you mean show?");
  }

  @Test
  void unknownOptionNamesTheNearest() {
    assertThat(failure(2, "curate", "--nmae", "x")).contains("did you mean --name?");
    assertThat(machine.err()).contains("See: treadle curate --help");
  }

  @Test
  void missingOrWrongOptionsAreWrongUsage() throws IOException {
    workspace();
    assertThat(failure(2, "export", "--as", "openai")).contains("--to");
    assertThat(failure(2, "data", "query", "--limit", "many", "select 1")).contains("--limit");
    assertThat(failure(1, "export", "--as", "parquet", "--to", "x"))
        .contains("--as", "openai or llama-factory", "parquet");
  }

  @Test
  void withoutWorkspaceSaysHowToMakeOne() {
    for (String command : List.of("import", "curate")) {
      assertThat(failure(1, command)).contains("no treadle.yaml", "treadle init");
    }
    assertThat(failure(1, "data", "show")).contains("treadle init");
    assertThat(failure(1, "curate", "--workspace", "nowhere"))
        .contains("nowhere", "treadle init --workspace nowhere");
  }

  @Test
  void unknownKeyNamesTheNearest() throws IOException {
    workspace("sorces:\n  claude-code: [sessions]\n");
    assertThat(failure(1, "import")).contains("treadle.yaml", "'sorces");
    workspace("split:\n  vall: 0.1\n");
    assertThat(failure(1, "import")).contains("split.vall", "did you mean 'split.val'?");
    workspace("recipe:\n  - near-duplicate\n");
    assertThat(failure(1, "curate")).contains("did you mean 'near-duplicates'?");
    workspace("recipe:\n  - select: {min-mesages: 3}\n");
    assertThat(failure(1, "curate")).contains("did you mean 'min-messages'?");
    workspace("redaction:\n  off: [emial]\n");
    assertThat(failure(1, "import")).contains("did you mean 'email'?");
  }

  @Test
  void brokenYamlNamesFileAndLine() throws IOException {
    Path workspace = workspace("split:\n  val: [0.1\n");
    assertThat(failure(1, "import"))
        .contains(
            workspace.resolve("treadle.yaml").toString(),
            "is not YAML",
            "expected ',' or ']'",
            "line 2");
    workspace("- a list\n");
    assertThat(failure(1, "import")).contains("expected keys and values");
    workspace("split:\n  val: much\n");
    assertThat(failure(1, "curate")).contains("split.val", "a share from 0 to 1", "much");
    workspace("split:\n  val: 0.5\n  test: 0.5\n");
    assertThat(failure(1, "curate")).contains("leave nothing for train");
    workspace("lake: [a, b]\n");
    assertThat(failure(1, "curate")).contains("lake: expected a text");
  }

  @Test
  void missingSourceIsNamed() throws IOException {
    workspace("sources:\n  claude-code: [gone]\n");
    assertThat(failure(1, "import")).contains("gone does not exist");
    assertThat(failure(1, "import", "also-gone")).contains("also-gone does not exist");
  }

  @Test
  void lakeThatIsNotThereIsNamed() throws IOException {
    workspace();
    assertThat(failure(1, "data", "show")).contains("no lake", "treadle import");
    assertThat(failure(1, "data", "query", "select 1")).contains("no lake", "treadle import");
    assertThat(failure(1, "export", "--as", "openai", "--to", "out")).contains("no lake");
  }

  @Test
  void curatingNothingSaysWhatIsMissing() throws IOException {
    workspace();
    assertThat(failure(1, "curate")).contains("nothing is left", "0 examples", "treadle import");
  }

  @Test
  void unknownDatasetAndExampleAreNamed() throws IOException {
    workspace();
    machine.succeed("import");
    machine.succeed("curate");
    assertThat(failure(1, "export", "--as", "openai", "--to", "out", "--dataset", "mian"))
        .contains("'mian'", "treadle curate --name mian");
    assertThat(failure(1, "export", "--as", "openai", "--to", "out", "--dataset", "main@7"))
        .contains("main", "7");
    assertThat(failure(1, "export", "--as", "openai", "--to", "out", "--dataset", "main@first"))
        .contains("NAME/VERSION", "main@first");
    assertThat(failure(1, "data", "show", "ex_none")).contains("'ex_none'", "treadle data show");
    assertThat(failure(1, "data", "query", "select no_such from examples")).contains("no_such");
    assertThat(failure(1, "data", "query", "copy examples to 'x.csv'")).contains("SELECT");
  }

  @Test
  void exportRefusesFolderThatHoldsSomething() throws IOException {
    Path workspace = workspace();
    machine.succeed("import");
    machine.succeed("curate");
    Files.createDirectories(workspace.resolve("out"));
    Files.writeString(workspace.resolve("out/mine.txt"), "mine");

    assertThat(failure(1, "export", "--as", "openai", "--to", "out")).contains("out", "--replace");
    assertThat(workspace.resolve("out/mine.txt")).hasContent("mine");
  }

  @Test
  void fileThatCannotBeReadIsPassedOverAndNamed() throws IOException {
    Path workspace = workspace();
    Files.createDirectories(workspace.resolve("sessions/odd"));
    Files.createSymbolicLink(
        workspace.resolve("sessions/odd/lost.jsonl"), workspace.resolve("nothing.jsonl"));
    Files.write(workspace.resolve("sessions/odd/wide.jsonl"), new byte[] {'{', 0, '"', 0});

    JsonNode report = machine.json("import").path("report");

    assertThat(report.path("added").asLong()).isPositive();
    assertThat(report.path("problems").toString()).contains("wide.jsonl", "UTF-16");
  }

  @Test
  void importingAgainOrFromElsewhereAddsNothing() throws IOException {
    Path workspace = workspace();
    long added = machine.json("import").path("report").path("added").asLong();
    assertThat(added).isPositive();

    JsonNode again = machine.json("import").path("report");
    assertThat(again.path("added").asLong()).isZero();
    assertThat(again.path("files_read").asLong()).isZero();

    Files.move(workspace.resolve("sessions"), workspace.resolve("archive"));
    JsonNode moved = machine.json("import", "archive").path("report");
    assertThat(moved.path("added").asLong()).isZero();
    assertThat(moved.path("revised").asLong()).isZero();
    assertThat(moved.path("unchanged").asLong()).isEqualTo(added);
  }

  @Test
  void curatingTwiceGivesTheSameExamples() throws IOException {
    workspace();
    machine.succeed("import");
    Path one = Path.of(machine.json("curate").path("folder").asString());
    Path two = Path.of(machine.json("curate").path("folder").asString());

    assertThat(two).isNotEqualTo(one);
    for (String part : List.of("train.jsonl", "val.jsonl", "test.jsonl")) {
      assertThat(two.resolve(part)).hasSameBinaryContentAs(one.resolve(part));
    }
  }

  static List<List<String>> commandsWithResults() {
    return List.of(
        List.of("init", "--workspace", "other", "--yes"),
        List.of("import", "sessions"),
        List.of("curate"),
        List.of("export", "--as", "openai", "--to", "out/openai"),
        List.of("export", "--as", "llama-factory", "--to", "out/llama-factory"),
        List.of("data", "show"),
        List.of("data", "show", "ex_"),
        List.of("data", "query", "select id, source from examples limit 2"),
        List.of("gc"),
        List.of("demo", "--no-training", "--workspace", "demo"));
  }

  @ParameterizedTest
  @MethodSource("commandsWithResults")
  void resultIsJsonWithSnakeCaseNames(List<String> words) throws IOException {
    workspace();
    machine.succeed("import");
    machine.succeed("curate");
    List<String> with = new java.util.ArrayList<>(words);
    with.add("--json");

    String out = machine.succeed(with.toArray(String[]::new));

    assertThat(out).isNotBlank();
    for (String line : out.lines().toList()) {
      JsonNode result = Json.read(line);
      assertThat(result.isObject()).as(line).isTrue();
      names(result);
    }
    assertThat(machine.err()).isEmpty();
  }

  private static void names(JsonNode node) {
    for (String name : node.propertyNames()) {
      assertThat(name).matches("[a-z][a-z0-9_]*");
      if (!BY_NAME.contains(name) && !name.equals("messages")) {
        names(node.path(name));
      }
    }
    if (node.isArray()) {
      node.forEach(CommandLineTest::names);
    }
  }
}
