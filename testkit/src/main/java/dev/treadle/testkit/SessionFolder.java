package dev.treadle.testkit;

import dev.treadle.transcript.Json;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a folder of Claude Code sessions of any size, the same for the same seed: people who ask
 * in English and Chinese, answers in several lines, thinking, calls side by side, results with the
 * mirror that Claude Code adds, progress, agents, rewinds, and now and then a secret. The share of
 * each follows what is known of real folders.
 */
public final class SessionFolder {
  private static final long SESSION_BYTES = 2 << 20;

  private final SplittableRandom random;
  private final Passages passages;

  private SessionFolder(long seed) {
    this.random = new SplittableRandom(seed);
    this.passages = new Passages(random.split());
  }

  /** {@code FOLDER BYTES [SEED]}: writes at least so many bytes. */
  public static void main(String[] arguments) throws IOException {
    long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : 1;
    write(Path.of(arguments[0]), Long.parseLong(arguments[1]), seed);
  }

  /**
   * Writes sessions of at least {@code bytes} in all below {@code folder}; gives the bytes that
   * were written.
   */
  public static long write(Path folder, long bytes, long seed) throws IOException {
    SessionFolder sessions = new SessionFolder(seed);
    long written = 0;
    for (int number = 0; written < bytes; number++) {
      Path project = folder.resolve("-home-ann-project-" + number % 17);
      Files.createDirectories(project);
      String session = sessions.uuid();
      long length = Math.min(SESSION_BYTES, bytes - written);
      written += sessions.session(project.resolve(session + ".jsonl"), session, length);
    }
    return written;
  }

  private long session(Path file, String session, long bytes) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
      Session writing = new Session(out, session);
      while (writing.written < bytes) {
        writing.turn();
      }
      return writing.written;
    }
  }

  private String uuid() {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }

  /** One session while it is written. */
  private final class Session {
    private final OutputStream out;
    private final String session;
    private long written;
    private long second;
    private @Nullable String parent;

    Session(OutputStream out, String session) {
      this.out = out;
      this.session = session;
    }

    /** A request, and a few rounds of calls up to the answer. */
    void turn() throws IOException {
      @Nullable String before = parent;
      line("user", message("user").put("content", passages.request()), null);
      int rounds = 1 + random.nextInt(8);
      for (int round = 0; round < rounds; round++) {
        round();
      }
      assistant(newMessage(), block("text").put("text", passages.answer()));
      if (random.nextInt(40) == 0 && before != null) {
        parent = before; // A rewind: the next request goes on from before this one.
      }
    }

    private void round() throws IOException {
      String message = newMessage();
      if (random.nextInt(3) == 0) {
        assistant(
            message,
            block("thinking").put("thinking", passages.answer()).put("signature", uuid() + uuid()));
      }
      if (random.nextInt(2) == 0) {
        assistant(message, block("text").put("text", passages.sentence()));
      }
      List<String> calls = new ArrayList<>();
      List<@Nullable String> places = new ArrayList<>();
      for (int call = 0; call <= random.nextInt(10) / 8; call++) {
        String id = "toolu_" + uuid().replace("-", "");
        ObjectNode use =
            block("tool_use").put("id", id).put("name", call % 2 == 0 ? "Bash" : "Read");
        use.putObject("input")
            .put("command", passages.sentence())
            .put("description", "step " + call);
        assistant(message, use);
        calls.add(id);
        places.add(parent);
      }
      for (int i = 0; i < random.nextInt(3); i++) {
        progress();
      }
      for (int call = calls.size() - 1; call >= 0; call--) {
        parent = places.get(call);
        result(calls.get(call));
      }
    }

    private void result(String call) throws IOException {
      String text = passages.output();
      ObjectNode block = block("tool_result").put("tool_use_id", call).put("content", text);
      block.put("is_error", random.nextInt(8) == 0);
      ObjectNode message = message("user");
      message.putArray("content").add(block);
      ObjectNode mirror =
          Json.object().put("stdout", text).put("stderr", "").put("interrupted", false);
      line("user", message, mirror);
    }

    private void assistant(String id, ObjectNode block) throws IOException {
      ObjectNode message =
          message("assistant")
              .put("id", id)
              .put("type", "message")
              .put("model", "claude-sonnet-4-20250514");
      message.putArray("content").add(block);
      message.putNull("stop_reason").putNull("stop_sequence");
      message
          .putObject("usage")
          .put("input_tokens", random.nextInt(5000))
          .put("output_tokens", random.nextInt(900))
          .put("service_tier", "standard");
      line("assistant", message, null);
    }

    private void progress() throws IOException {
      ObjectNode record = envelope("progress");
      record
          .putObject("data")
          .put("type", "bash_progress")
          .put("output", passages.sentence())
          .put("elapsedTimeSeconds", 2);
      write(record);
    }

    private void line(String type, ObjectNode message, @Nullable ObjectNode mirror)
        throws IOException {
      ObjectNode record = envelope(type);
      record.set("message", message);
      if (mirror != null) {
        record.set("toolUseResult", mirror);
      }
      write(record);
    }

    private ObjectNode envelope(String type) {
      String uuid = uuid();
      ObjectNode record =
          Json.object()
              .put("parentUuid", parent)
              .put("isSidechain", false)
              .put("userType", "external")
              .put("cwd", "/home/ann/project")
              .put("sessionId", session)
              .put("version", "2.1.20")
              .put("gitBranch", "main")
              .put("type", type)
              .put("uuid", uuid)
              .put("timestamp", Instant.ofEpochSecond(1_780_000_000L + second++).toString());
      parent = uuid;
      return record;
    }

    private void write(ObjectNode record) throws IOException {
      byte[] line = Json.write(record);
      out.write(line);
      out.write('\n');
      written += line.length + 1;
    }
  }

  private String newMessage() {
    return "msg_" + uuid().replace("-", "");
  }

  private static ObjectNode message(String role) {
    return Json.object().put("role", role);
  }

  private static ObjectNode block(String type) {
    return Json.object().put("type", type);
  }
}
