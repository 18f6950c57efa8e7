package dev.treadle.app.bench;

import dev.treadle.app.Treadle;
import dev.treadle.app.workspace.Machine;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * What an import promises, tried on folders of real sessions through the command line: {@code
 * SessionsCheck FOLDER…}. Ends with exit code 1 where a promise is not kept.
 */
final class SessionsCheck {
  private final Path scratch;
  private boolean kept = true;
  private boolean onceOnly = true;

  private SessionsCheck(Path scratch) {
    this.scratch = scratch;
  }

  public static void main(String[] arguments) throws IOException {
    Path scratch = Files.createTempDirectory("treadle-sessions");
    SessionsCheck check = new SessionsCheck(scratch);
    for (String folder : arguments) {
      check.folder(Path.of(folder).toAbsolutePath());
    }
    delete(scratch);
    System.exit(check.kept ? 0 : 1);
  }

  private void folder(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files = walk.filter(file -> file.toString().endsWith(".jsonl")).sorted().toList();
    }
    System.out.println(folder + ": " + files.size() + " files");
    Path workspace = workspace("whole", "");
    Path copy = scratch.resolve("copy");
    copy(folder, copy);
    JsonNode report = run(workspace, copy).path("report");
    long sum = 0;
    for (JsonNode count : report.path("lines")) {
      sum += count.asLong();
    }
    say(
        "lines read " + report.path("lines_read") + ", by type " + sum,
        sum == report.path("lines_read").asLong());
    say(
        "results paired "
            + report.path("paired_results")
            + ", with no call in the file "
            + report.path("unpaired_results"),
        true);
    say("again: adds 0", changes(run(workspace, copy)) == 0);
    Path moved = scratch.resolve("moved");
    Files.move(copy, moved);
    say("from a moved folder: adds 0", changes(run(workspace, moved)) == 0);
    Files.writeString(
        workspace.resolve("treadle.yaml"), "redaction:\n  off: [email, ip, password]\n");
    Path movedAgain = scratch.resolve("moved-again");
    Files.move(moved, movedAgain);
    say("after another redaction rule: adds 0", changes(run(workspace, movedAgain)) == 0);
    split(workspace, files);
    int cuts = 0;
    for (Path file : files) {
      cuts += cut(file);
    }
    say("cut at every line and then whole, " + cuts + " imports: one live revision each", onceOnly);
    delete(movedAgain);
    delete(workspace);
  }

  private static long changes(JsonNode result) {
    return result.path("report").path("added").asLong()
        + result.path("report").path("revised").asLong();
  }

  /**
   * No assistant message is in two pieces: there are as many targets in the lake as messages in the
   * files.
   */
  private void split(Path workspace, List<Path> files) throws IOException {
    Set<String> said = new HashSet<>();
    int inFiles = 0;
    for (Path file : files) {
      Map<String, String> first = new HashMap<>();
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        message(line)
            .ifPresent(
                it ->
                    first.putIfAbsent(
                        it.path("message").path("id").asString(""), it.path("uuid").asString("")));
      }
      // The same message in a resumed session has the same first line; made-up files share ids by
      // chance.
      first.forEach((id, uuid) -> said.add(id + " " + uuid));
      inFiles += first.size();
    }
    String sql =
        "select cast(sum(length(m) - length(replace(m, '\"train\":true', ''))) / 12 as bigint) n"
            + " from (select messages::varchar as m from examples)";
    long targets = line(workspace, "data", "query", "--json", sql).path("n").asLong();
    say(
        "messages of assistants: "
            + inFiles
            + " in the files, "
            + said.size()
            + " of them different; targets in the lake: "
            + targets,
        said.size() <= targets && targets <= inFiles);
  }

  /** The record of a line that says something of an assistant message. */
  private static Optional<JsonNode> message(String line) {
    JsonNode record;
    try {
      record = Json.read(line);
    } catch (TreadleException e) {
      return Optional.empty();
    }
    JsonNode message = record.path("message");
    boolean says = message.path("content").isString();
    for (JsonNode block : message.path("content")) {
      String type = block.path("type").asString("");
      says |=
          type.equals("tool_use")
              || (type.equals("text") && !block.path("text").asString("").isBlank());
    }
    return record.path("type").asString("").equals("assistant")
            && !record.path("isApiErrorMessage").asBoolean(false)
            && says
        ? Optional.of(record)
        : Optional.empty();
  }

  private int cut(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    Path workspace = workspace("cut", "");
    Path whole = workspace("cut-whole", "");
    Path copy = scratch.resolve("cut-files").resolve(String.valueOf(file.getFileName()));
    Files.createDirectories(copy.getParent());
    for (int count = 1; count <= lines.size(); count++) {
      Files.write(copy, lines.subList(0, count));
      run(workspace, copy);
    }
    run(whole, copy);
    String sql =
        "select string_agg(id || digest_of, ' ' order by id) v, count(*) n, count(distinct id) i from (select id, messages::varchar digest_of from examples)";
    JsonNode grown = line(workspace, "data", "query", "--json", sql);
    JsonNode atOnce = line(whole, "data", "query", "--json", sql);
    boolean same = grown.equals(atOnce) && grown.path("n").equals(grown.path("i"));
    if (!same) {
      onceOnly = false;
      say("one live revision of " + file.getFileName(), false);
    }
    delete(workspace);
    delete(whole);
    return lines.size();
  }

  private void say(String what, boolean holds) {
    kept &= holds;
    System.out.println("  " + (holds ? "ok    " : "FAILED ") + what);
  }

  private Path workspace(String name, String yaml) throws IOException {
    Path folder = Files.createDirectories(scratch.resolve(name));
    Files.writeString(folder.resolve("treadle.yaml"), yaml);
    return folder;
  }

  private JsonNode run(Path workspace, Path place) {
    return line(workspace, "import", "--json", place.toString());
  }

  private JsonNode line(Path workspace, String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8)) {
      Machine machine =
          new Machine(
              Clock.systemUTC(),
              new SecureRandom(),
              new ByteArrayInputStream(new byte[0]),
              printed,
              System.err,
              false,
              Map.of(),
              workspace,
              scratch,
              "check",
              ProcessHandle.current().pid(),
              System::nanoTime,
              _ -> {},
              OptionalLong::empty);
      if (Treadle.run(machine, words) != 0) {
        throw new IllegalStateException("treadle " + String.join(" ", words) + " failed");
      }
    }
    return Json.read(out.toByteArray());
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> walk = Files.walk(from)) {
      for (Path path : walk.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        path.toFile().setWritable(true);
        Files.delete(path);
      }
    }
  }
}
