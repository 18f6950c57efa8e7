package dev.treadle.app;

import dev.treadle.app.workspace.Machine;
import dev.treadle.transcript.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;

/**
 * A machine for one test: a home, a current folder, and a clock that moves a millisecond each time
 * somebody looks. What a command prints is kept until the next one.
 */
final class FakeMachine {
  private static final String DEMO = "/demo/";
  private static final AtomicLong SEED = new AtomicLong();

  private final AtomicLong millis =
      new AtomicLong(Instant.parse("2026-11-20T08:00:00Z").toEpochMilli());
  private final Path home;
  private final Map<String, String> environment = new HashMap<>();
  private final SplittableRandom random = new SplittableRandom(SEED.incrementAndGet());
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Path folder;
  private String input = "";
  private OptionalLong availableMemory = OptionalLong.empty();

  /** A machine whose home and current folder lie in {@code place}. */
  FakeMachine(Path place) throws IOException {
    this.home = Files.createDirectories(place.resolve("home"));
    this.folder = Files.createDirectories(place.resolve("here"));
    // No server of this computer may answer in its place.
    environment.put("OLLAMA_HOST", "127.0.0.1:9");
  }

  Path home() {
    return home;
  }

  Path folder() {
    return folder;
  }

  FakeMachine in(Path other) throws IOException {
    folder = Files.createDirectories(other);
    return this;
  }

  FakeMachine with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** What a person types into the next commands. */
  FakeMachine typing(String text) {
    input = text;
    return this;
  }

  /** A machine that has so much memory left. */
  FakeMachine withMemory(long bytes) {
    availableMemory = OptionalLong.of(bytes);
    return this;
  }

  /** Runs a command and gives its exit code. */
  int run(String... words) {
    out.reset();
    err.reset();
    return Treadle.run(machine(), words);
  }

  /** What a command is given. */
  Machine machine() {
    return new Machine(
        () -> Instant.ofEpochMilli(millis.incrementAndGet()),
        random,
        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        false,
        environment,
        folder,
        home,
        "ann",
        4711,
        System::nanoTime,
        _ -> {},
        () -> availableMemory);
  }

  /** Lets time pass. */
  void pass(Duration time) {
    millis.addAndGet(time.toMillis());
  }

  Instant now() {
    return Instant.ofEpochMilli(millis.get());
  }

  /** Runs a command that must succeed and gives what it printed. */
  String succeed(String... words) {
    int code = run(words);
    if (code != 0) {
      throw new AssertionError(String.join(" ", words) + " ended with " + code + "\n" + all());
    }
    return out();
  }

  /** The result of a command that must succeed and print one JSON object. */
  JsonNode json(String... words) {
    List<String> with = new ArrayList<>(List.of(words));
    with.add("--json");
    return Json.read(succeed(with.toArray(String[]::new)));
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  String all() {
    return out() + err();
  }

  /** Puts the demo's sessions into {@code target}, whole: with the marks in their secrets out. */
  static List<String> unpackDemo(Path target) throws IOException {
    List<String> names = new ArrayList<>();
    for (String line : text("index.txt").lines().toList()) {
      if (!line.isBlank() && !line.startsWith("#")) {
        Path file = target.resolve(line.strip());
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text(line.strip()).replace("{{split}}", ""));
        names.add(line.strip());
      }
    }
    return names;
  }

  /** A file that comes with the demo. */
  static String text(String name) throws IOException {
    try (InputStream in = FakeMachine.class.getResourceAsStream(DEMO + name)) {
      if (in == null) {
        throw new IOException("no resource " + DEMO + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
