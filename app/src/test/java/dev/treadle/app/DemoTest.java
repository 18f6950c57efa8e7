package dev.treadle.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.intake.ClaudeCodeSessions;
import dev.treadle.intake.ExampleSink.Kept;
import dev.treadle.intake.ImportCursors;
import dev.treadle.intake.ImportReport;
import dev.treadle.transcript.Conversation;
import dev.treadle.transcript.Example;
import dev.treadle.transcript.ExampleCodec;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.ToolCall;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The demo's sessions against what was counted in them by hand ({@code expected.json}). */
class DemoTest {
  /** What the importer calls a line, and what the count by hand calls it. */
  private static final Map<String, String> DROPPED =
      Map.of(
          "user:command", "command",
          "user:meta", "meta",
          "user:command_output", "local_output",
          "user:interruption", "interrupted",
          "user:compaction", "compact_summary",
          "assistant:api_error", "api_error",
          "skipped:truncated", "truncated");

  private static final Set<String> SAID = Set.of("assistant", "user:text", "user:tool_result");

  @TempDir Path place;

  /** One file's conversations, and the importer's report about it. */
  private record Import(ImportReport report, List<Example> examples) {
    static Import of(List<Path> places) {
      List<Example> examples = new ArrayList<>();
      ClaudeCodeSessions.Result result =
          ClaudeCodeSessions.read(
              places,
              new ClaudeCodeSessions.Options(
                  ImportCursors.none(), Optional.empty(), (_, _, _) -> {}),
              example -> {
                examples.add(example);
                return Kept.ADDED;
              });
      return new Import(result.report(), examples);
    }

    /** Each message once, in however many branches it stands. */
    List<Message> messages() {
      return examples.stream()
          .flatMap(it -> it.messages().stream())
          .map(it -> it instanceof Message.Assistant answer ? answer.withTrain(true) : it)
          .distinct()
          .toList();
    }

    long count(Class<? extends Message> kind) {
      return messages().stream().filter(kind::isInstance).count();
    }
  }

  @Test
  void everyFileHoldsWhatWasCountedByHand() throws IOException {
    List<String> names = FakeMachine.unpackDemo(place);
    JsonNode expected = Json.read(FakeMachine.text("expected.json")).path("files");

    SoftAssertions every = new SoftAssertions();
    for (String name : names) {
      every
          .assertThat(byImport(Import.of(List.of(place.resolve(name)))))
          .as(name)
          .isEqualTo(byHand(expected.path(name)));
    }
    every.assertAll();
  }

  private static Map<String, Object> byHand(JsonNode file) {
    Map<String, Object> counts = new TreeMap<>();
    for (String name :
        List.of(
            "lines",
            "conversations",
            "sidechains",
            "human_prompts",
            "assistant_messages",
            "tool_calls",
            "tool_results_paired",
            "calls_unanswered",
            "tool_errors",
            "images")) {
      counts.put(name, file.path(name).asLong());
    }
    Map<String, Long> dropped = new TreeMap<>();
    file.path("dropped")
        .properties()
        .forEach(it -> dropped.put(it.getKey(), it.getValue().asLong()));
    counts.put("dropped", dropped);
    return counts;
  }

  private static Map<String, Object> byImport(Import it) {
    ImportReport report = it.report();
    Set<String> calls = new HashSet<>();
    long errors = 0;
    for (Message message : it.messages()) {
      if (message instanceof Message.Assistant assistant) {
        assistant.toolCalls().stream().map(ToolCall::id).forEach(calls::add);
      } else if (message instanceof Message.ToolResult result && result.isError()) {
        errors++;
      }
    }
    Map<String, Long> dropped = new TreeMap<>();
    report
        .lines()
        .forEach(
            (type, count) -> {
              if (!SAID.contains(type)) {
                String family = type.split(":", -1)[0];
                dropped.merge(DROPPED.getOrDefault(type, family), count, Long::sum);
              }
            });
    Map<String, Object> counts = new TreeMap<>();
    counts.put("lines", report.linesRead());
    counts.put("conversations", report.conversations() - report.agents());
    counts.put("sidechains", report.agents());
    counts.put("human_prompts", it.count(Message.User.class));
    counts.put("assistant_messages", it.count(Message.Assistant.class));
    counts.put("tool_calls", (long) calls.size());
    counts.put("tool_results_paired", report.pairedResults());
    counts.put("calls_unanswered", report.unansweredCalls());
    counts.put("tool_errors", errors);
    counts.put("images", images(it));
    counts.put("dropped", dropped);
    return counts;
  }

  private static long images(Import it) {
    Set<String> images = new HashSet<>();
    Pattern image = Pattern.compile("\"type\":\"image(_url)?\"");
    for (Example example : it.examples()) {
      String line = new String(ExampleCodec.encode(example), StandardCharsets.UTF_8);
      Matcher at = image.matcher(line);
      while (at.find()) {
        images.add(example.header().id() + " " + at.start());
      }
    }
    return images.size();
  }

  @Test
  void nothingOfTheMachineryIsLeftInWhatWasSaid() throws IOException {
    FakeMachine.unpackDemo(place);
    for (Example example : Import.of(List.of(place)).examples()) {
      String line = new String(ExampleCodec.encode(example), StandardCharsets.UTF_8);
      assertThat(line)
          .as(example.header().source().key())
          .doesNotContain("<system-reminder>", "<command-name>", "{{split}}");
    }
  }

  @Test
  void agentsStandInTheGroupOfTheSessionThatAskedThem() throws IOException {
    FakeMachine.unpackDemo(place);
    List<Example> examples = Import.of(List.of(place)).examples();

    for (Example example : examples) {
      assertThat(example).isInstanceOf(Conversation.class);
      if (example.header().labels().containsKey("agent")) {
        String group = example.header().source().group();
        assertThat(examples)
            .as("the session of %s", example.header().source().key())
            .anyMatch(
                it ->
                    it.header().source().group().equals(group)
                        && !it.header().labels().containsKey("agent"));
      }
    }
  }

  @Test
  void oneTurnOfTheDemoGivesTheCountsOfItsPage() throws IOException {
    FakeMachine machine = new FakeMachine(place);
    JsonNode expected = Json.read(FakeMachine.text("expected.json"));
    long conversations = 0;
    for (JsonNode file : expected.path("files")) {
      conversations += file.path("conversations").asLong() + file.path("sidechains").asLong();
    }

    JsonNode result = machine.json("demo");

    JsonNode report = result.path("imported").path("report");
    assertThat(report.path("added").asLong()).isEqualTo(conversations);
    assertThat(report.path("problem_count").asLong()).isEqualTo(1);
    JsonNode again = result.path("again").path("report");
    assertThat(again.path("added").asLong() + again.path("revised").asLong()).isZero();
    assertThat(again.path("files_unchanged").asLong())
        .isEqualTo(report.path("files_read").asLong());
    JsonNode funnel = result.path("curated").path("funnel");
    assertThat(row(funnel, "exact-duplicates").path("dropped").path("same_text").asInt())
        .isEqualTo(expected.path("exact_duplicates").size());
    assertThat(row(funnel, "near-duplicates").path("dropped").path("near").asInt())
        .isEqualTo(expected.path("near_duplicates").size());
    JsonNode traffic = result.path("traffic");
    assertThat(traffic.path("outcomes").path("error_in_stream").asInt())
        .as("streams that break after their first content")
        .isEqualTo(3);
    assertThat(traffic.path("failed_over").asInt()).isPositive();
    assertThat(result.path("kept").path("aborted").asInt()).isEqualTo(3);
    assertThat(result.path("kept").path("answered").asInt())
        .isEqualTo(traffic.path("calls").asInt() - 3);
    assertThat(row(funnel, "exchanges").path("dropped").path("aborted").asInt()).isEqualTo(3);
    long kept = row(funnel, "held-out").path("out").asLong();
    long parts = 0;
    for (JsonNode part : result.path("curated").path("parts")) {
      parts += part.asLong();
    }
    assertThat(parts).isEqualTo(kept).isPositive();
    JsonNode training = result.path("training").path("training");
    JsonNode losses = training.path("losses");
    assertThat(losses.path("tuned").doubleValue())
        .as("what was held out is likelier to the tuned model")
        .isLessThan(losses.path("base").doubleValue());
    assertThat(training.path("data").path("held_out").asInt()).isPositive();
    for (JsonNode loader : result.path("llama_factory").path("loader")) {
      assertThat(loader.path("accepted")).isEqualTo(loader.path("rows"));
      assertThat(loader.path("raised").asInt()).isZero();
    }
  }

  private static JsonNode row(JsonNode funnel, String stage) {
    for (JsonNode row : funnel) {
      if (row.path("stage").asString().equals(stage)) {
        return row;
      }
    }
    throw new AssertionError("no stage " + stage + " in " + funnel);
  }

  @Test
  void noSecretIsKeptAnywhere() throws IOException {
    FakeMachine machine = new FakeMachine(place);
    machine.succeed("demo", "--no-training");
    Set<String> secrets = secrets();
    assertThat(secrets).hasSizeGreaterThan(20);
    Path sessions = machine.folder().resolve("demo").resolve("sessions");
    assertThat(secrets).allMatch(everything(sessions)::contains, "is in the sessions");

    Files.move(sessions, machine.folder().resolve("moved"));
    String everything = everything(machine.folder().resolve("demo"));
    everything +=
        machine.succeed(
            "data", "query", "--json", "--workspace", "demo", "select * from examples_log");

    assertThat(secrets.stream().filter(everything::contains))
        .as("secrets that were kept")
        .isEmpty();
  }

  /**
   * The secrets of the sessions: what stands around each mark that breaks one, the values of
   * variables that are named so, the passwords in addresses, and the lines of a private key.
   */
  private static Set<String> secrets() throws IOException {
    Pattern broken = Pattern.compile("([\\w+/=-]{0,4})\\{\\{split\\}\\}([\\w+/=.:@-]{0,60})");
    Pattern named =
        Pattern.compile("(?i)(?:secret[a-z_]*|password)\\s*=\\s*\\\\*\"?([\\w/+-]{8,})");
    Pattern address = Pattern.compile("://[\\w-]+:([^@\\s\"\\\\]{6,})@");
    Pattern key = Pattern.compile("PRIVATE KEY-----\\\\n([\\w+/]{20,})");
    Set<String> secrets = new TreeSet<>();
    for (String name : FakeMachine.text("index.txt").lines().toList()) {
      if (!name.startsWith("#") && !name.isBlank()) {
        String marked = FakeMachine.text(name.strip());
        broken
            .matcher(marked)
            .results()
            .map(it -> it.group(1) + it.group(2))
            .filter(it -> !it.startsWith("PRIVATE"))
            .forEach(secrets::add);
        String text = marked.replace("{{split}}", "");
        for (Pattern pattern : List.of(named, address, key)) {
          pattern.matcher(text).results().map(it -> it.group(1)).forEach(secrets::add);
        }
      }
    }
    return secrets;
  }

  private static String everything(Path folder) throws IOException {
    StringBuilder everything = new StringBuilder();
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        everything.append(Files.readString(file, StandardCharsets.ISO_8859_1)).append('\n');
      }
    }
    return everything.toString();
  }
}
