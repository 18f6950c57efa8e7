package dev.treadle.intake;

import dev.treadle.transcript.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the lines of a session file, one record a call, with the envelope that Claude Code gives
 * them.
 */
final class SessionLines {
  final List<String> lines = new ArrayList<>();
  private final String session;
  private int minute;

  SessionLines(String session) {
    this.session = session;
  }

  SessionLines user(String uuid, @Nullable String parent, String text) {
    return add(record("user", uuid, parent), message("user").put("content", text));
  }

  SessionLines meta(String uuid, @Nullable String parent, String text) {
    return add(
        record("user", uuid, parent).put("isMeta", true), message("user").put("content", text));
  }

  SessionLines says(String uuid, @Nullable String parent, String message, String text) {
    return assistant(uuid, parent, message, block("text").put("text", text));
  }

  SessionLines thinks(String uuid, @Nullable String parent, String message, String text) {
    return assistant(
        uuid, parent, message, block("thinking").put("thinking", text).put("signature", "c2ln"));
  }

  SessionLines calls(String uuid, @Nullable String parent, String message, String call) {
    ObjectNode use = block("tool_use").put("id", call).put("name", "Bash");
    use.putObject("input").put("command", "run " + call);
    return assistant(uuid, parent, message, use);
  }

  SessionLines delegates(
      String uuid, @Nullable String parent, String message, String call, String prompt) {
    ObjectNode use = block("tool_use").put("id", call).put("name", "Task");
    use.putObject("input").put("prompt", prompt);
    return assistant(uuid, parent, message, use);
  }

  SessionLines result(String uuid, @Nullable String parent, String call, String text) {
    ObjectNode block =
        block("tool_result").put("tool_use_id", call).put("content", text).put("is_error", false);
    ObjectNode message = message("user");
    message.putArray("content").add(block);
    ObjectNode record = record("user", uuid, parent);
    record.putObject("toolUseResult").put("stdout", text);
    return add(record, message);
  }

  SessionLines other(String type, String uuid, @Nullable String parent) {
    lines.add(record(type, uuid, parent).toString());
    return this;
  }

  SessionLines raw(String line) {
    lines.add(line);
    return this;
  }

  /** Makes the last record an agent's. */
  SessionLines sidechain(@Nullable String agent) {
    ObjectNode last = (ObjectNode) Json.read(lines.removeLast());
    last.put("isSidechain", true);
    if (agent != null) {
      last.put("agentId", agent);
    }
    lines.add(last.toString());
    return this;
  }

  /** Sets a field of the last record. */
  SessionLines with(String field, Object value) {
    ObjectNode last = (ObjectNode) Json.read(lines.removeLast());
    last.set(field, Json.mapper().valueToTree(value));
    lines.add(last.toString());
    return this;
  }

  Path write(Path folder) {
    return write(folder.resolve(session + ".jsonl"), lines.size());
  }

  /** Only the first {@code count} lines. */
  Path write(Path file, int count) {
    try {
      Files.createDirectories(file.getParent());
      return Files.write(file, lines.subList(0, count));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SessionLines assistant(
      String uuid, @Nullable String parent, String message, ObjectNode block) {
    ObjectNode said = message("assistant").put("id", message).put("model", "claude-sonnet-4");
    said.putArray("content").add(block);
    said.putNull("stop_reason");
    return add(record("assistant", uuid, parent), said);
  }

  private SessionLines add(ObjectNode record, ObjectNode message) {
    record.set("message", message);
    lines.add(record.toString());
    return this;
  }

  private ObjectNode record(String type, String uuid, @Nullable String parent) {
    return Json.object()
        .put("parentUuid", parent)
        .put("isSidechain", false)
        .put("cwd", "/home/ann/shop")
        .put("sessionId", session)
        .put("version", "2.0.1")
        .put("gitBranch", "main")
        .put("type", type)
        .put("uuid", uuid)
        .put("timestamp", "2026-01-01T00:%02d:%02dZ".formatted(minute / 60, minute++ % 60));
  }

  private static ObjectNode message(String role) {
    return Json.object().put("role", role);
  }

  private static ObjectNode block(String type) {
    return Json.object().put("type", type);
  }
}
