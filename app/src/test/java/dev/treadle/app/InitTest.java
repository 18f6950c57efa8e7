package dev.treadle.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code treadle init} on a machine that has things to find, and on one that has none. */
class InitTest {
  @TempDir Path place;

  @SuppressWarnings("NullAway.Init")
  private FakeMachine machine;

  @BeforeEach
  void startMachine() throws IOException {
    machine = new FakeMachine(place);
  }

  private void haveSessions() throws IOException {
    FakeMachine.unpackDemo(machine.home().resolve(".claude"));
  }

  private Path file() {
    return machine.folder().resolve("treadle.yaml");
  }

  @Test
  void takesWhatItFoundWhenAnsweredYes() throws IOException {
    haveSessions();
    for (String answer : List.of("y\n", "\n", "YES\n", "是\n")) {
      machine.typing(answer);

      String out = machine.succeed("init");

      assertThat(out).contains("Claude Code", "31 sessions", "[Y/n]", "Next: treadle import");
      assertThat(file()).content().contains("- \"~/.claude/projects\"");
      Files.delete(file());
    }
  }

  @Test
  void whatItWroteCanBeImportedAtOnce() throws IOException {
    haveSessions();
    machine.succeed("init", "--yes");

    assertThat(machine.json("import").path("report").path("added").asLong()).isPositive();
  }

  @Test
  void takesNothingWhenAnsweredNo() throws IOException {
    haveSessions();
    machine.typing("n\n");

    assertThat(machine.succeed("init")).contains("Next: treadle import PATH");
    assertThat(file()).content().contains("claude-code: []");
  }

  @Test
  void endOfInputWritesNothingAndSaysWhatToDo() throws IOException {
    haveSessions();

    assertThat(machine.run("init")).isEqualTo(1);
    assertThat(machine.err().lines()).hasSize(1);
    assertThat(machine.err()).contains("--yes");
    assertThat(file()).doesNotExist();
  }

  @Test
  void yesAsksNothing() throws IOException {
    haveSessions();

    assertThat(machine.succeed("init", "--yes")).doesNotContain("[Y/n]");
    assertThat(file()).content().contains("~/.claude/projects");
  }

  @Test
  void doesNotTouchWorkspaceThatIsThere() throws IOException {
    machine.succeed("init", "--yes");
    String before = Files.readString(file());

    assertThat(machine.run("init", "--yes")).isEqualTo(1);
    assertThat(machine.err()).contains("is there already");
    assertThat(file()).hasContent(before);
  }

  @Test
  void findsNothingOnAnEmptyMachineAndStillSucceeds() {
    assertThat(machine.succeed("init"))
        .contains("no sessions found", "none in ~/Downloads", "does not answer");
    assertThat(file()).exists();
  }

  @Test
  void findsSessionsWhereTheEnvironmentSaysTheyAre() throws IOException {
    Path elsewhere = place.resolve("else where");
    FakeMachine.unpackDemo(elsewhere);
    machine.with("CLAUDE_CONFIG_DIR", elsewhere.toString());

    machine.succeed("init", "--yes");

    assertThat(file()).content().contains(elsewhere + "/projects");
    assertThat(machine.json("import").path("report").path("added").asLong()).isPositive();
  }

  @Test
  void tellsExportsOfChatProductsFromOtherArchives() throws IOException {
    Path downloads = Files.createDirectories(machine.home().resolve("Downloads"));
    zip(downloads.resolve("chatgpt.zip"), "conversations.json", "chat.html");
    zip(downloads.resolve("claude.zip"), "conversations.json", "users.json");
    zip(downloads.resolve("holiday.zip"), "beach.jpg");
    Files.writeString(downloads.resolve("broken.zip"), "no archive");

    JsonNode exports = machine.json("init", "--yes").path("found").path("exports");

    assertThat(exports.valueStream().map(it -> it.path("product").asString()))
        .containsExactlyInAnyOrder("ChatGPT", "Claude.ai");
  }

  private static void zip(Path file, String... entries) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String entry : entries) {
        zip.putNextEntry(new ZipEntry(entry));
        zip.write('[');
      }
    }
  }

  @Test
  void namesTheModelsOfAnOllamaThatAnswers() throws IOException {
    try (Ollama ollama =
        new Ollama(200, "{\"models\":[{\"name\":\"qwen3:8b\"},{\"name\":\"llama3.2:3b\"}]}")) {
      machine.with("OLLAMA_HOST", ollama.address());

      assertThat(machine.succeed("init")).contains("2 models: qwen3:8b, llama3.2:3b");
    }
  }

  @Test
  void passesOverAnOllamaThatAnswersOddly() throws IOException {
    for (String answer : List.of("no JSON", "[]", "{\"models\":7}", "")) {
      try (Ollama ollama = new Ollama(500, answer)) {
        machine.with("OLLAMA_HOST", ollama.address());

        assertThat(machine.succeed("init", "--yes")).contains("does not answer");
        Files.delete(file());
      }
    }
    machine.with("OLLAMA_HOST", "not an address at all");
    assertThat(machine.succeed("init", "--yes")).contains("does not answer");
  }

  /** Answers {@code /api/tags} as an Ollama does. */
  private static final class Ollama implements AutoCloseable {
    private final HttpServer server;

    Ollama(int status, String answer) throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/api/tags",
          exchange -> {
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            try (OutputStream out = exchange.getResponseBody()) {
              out.write(body);
            }
          });
      server.start();
    }

    String address() {
      return "127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
