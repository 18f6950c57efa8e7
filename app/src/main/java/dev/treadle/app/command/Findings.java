package dev.treadle.app.command;

import dev.treadle.app.workspace.Machine;
import dev.treadle.app.workspace.Sizes;
import dev.treadle.intake.ClaudeCodeSessions;
import dev.treadle.intake.ImportCursors;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/**
 * What a machine has that Treadle can use. Only names, sizes and counts are looked at.
 *
 * @param claudeCode folders of sessions
 * @param exports archives that look like the export of a chat product
 * @param ollama the models of an Ollama that answers on this machine; empty if none does
 */
record Findings(List<Place> claudeCode, List<Export> exports, Optional<Ollama> ollama) {
  private static final int MAX_ARCHIVES = 300;
  private static final Duration PATIENCE = Duration.ofMillis(800);
  private static final String OLLAMA = "127.0.0.1:11434";

  /** A folder of sessions. */
  record Place(String path, int files, long bytes) {}

  /** An archive, and whose export it looks like. */
  record Export(String path, String product, long bytes) {}

  /** A local model server. */
  record Ollama(String address, List<String> models) {}

  static Findings on(Machine machine) {
    return new Findings(claudeCode(machine), exports(machine), ollama(machine));
  }

  private static List<Place> claudeCode(Machine machine) {
    List<String> candidates =
        new ArrayList<>(List.of("~/.claude/projects", "~/.config/claude/projects"));
    String configured = machine.environment().get("CLAUDE_CONFIG_DIR");
    if (configured != null) {
      candidates.addFirst(configured + "/projects");
    }
    List<Place> places = new ArrayList<>();
    for (String candidate : candidates) {
      Path path =
          candidate.startsWith("~/")
              ? machine.home().resolve(candidate.substring(2))
              : Path.of(candidate);
      if (Files.isDirectory(path)) {
        ClaudeCodeSessions.Found found =
            ClaudeCodeSessions.find(List.of(path), ImportCursors.none());
        places.add(new Place(candidate, found.files(), found.bytes()));
      }
    }
    return places;
  }

  private static List<Export> exports(Machine machine) {
    List<Export> exports = new ArrayList<>();
    for (Path folder : List.of(machine.home().resolve("Downloads"), machine.folder())) {
      for (Path archive : archives(folder)) {
        product(archive)
            .ifPresent(
                product -> exports.add(new Export(archive.toString(), product, size(archive))));
      }
    }
    return exports;
  }

  private static List<Path> archives(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".zip"))
          .sorted()
          .limit(MAX_ARCHIVES)
          .toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of(); // A folder that cannot be listed has nothing for us.
    }
  }

  private static Optional<String> product(Path archive) {
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      if (zip.getEntry("conversations.json") == null
          && zip.getEntry("conversations-000.json") == null) {
        return Optional.empty();
      }
      boolean isChatGpt =
          zip.getEntry("message_feedback.json") != null || zip.getEntry("chat.html") != null;
      return Optional.of(isChatGpt ? "ChatGPT" : "Claude.ai");
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0;
    }
  }

  static Optional<Ollama> ollama(Machine machine) {
    String host = machine.environment().getOrDefault("OLLAMA_HOST", OLLAMA);
    String address =
        host.startsWith("http") ? host : "http://" + host.replace("0.0.0.0", "127.0.0.1");
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      HttpResponse<byte[]> answer =
          client.send(
              HttpRequest.newBuilder(URI.create(address + "/api/tags")).timeout(PATIENCE).build(),
              HttpResponse.BodyHandlers.ofByteArray());
      List<String> models = new ArrayList<>();
      Json.read(answer.body())
          .path("models")
          .forEach(model -> models.add(model.path("name").asString("")));
      return answer.statusCode() == 200
          ? Optional.of(new Ollama(address, models))
          : Optional.empty();
    } catch (IOException | IllegalArgumentException | TreadleException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  static void print(PrintStream out, Findings found) {
    out.println("On this machine:");
    Table table = new Table();
    for (Place place : found.claudeCode()) {
      table.row(
          "Claude Code",
          place.path(),
          String.format(Locale.ROOT, "%,d sessions, %s", place.files(), Sizes.of(place.bytes())));
    }
    if (found.claudeCode().isEmpty()) {
      table.row("Claude Code", "no sessions found", "");
    }
    for (Export export : found.exports()) {
      table.row(
          export.product() + " export",
          export.path(),
          Sizes.of(export.bytes()) + " (no importer yet)");
    }
    if (found.exports().isEmpty()) {
      table.row("Chat exports", "none in ~/Downloads or here", "");
    }
    found
        .ollama()
        .ifPresentOrElse(
            it ->
                table.row(
                    "Ollama",
                    it.address(),
                    it.models().size() + " models: " + String.join(", ", it.models())),
            () -> table.row("Ollama", "does not answer", ""));
    table.print(out, "  ");
  }
}
