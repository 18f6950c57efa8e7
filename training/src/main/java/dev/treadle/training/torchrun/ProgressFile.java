package dev.treadle.training.torchrun;

import dev.treadle.training.TrainingError;
import dev.treadle.training.report.LogEntry;
import dev.treadle.training.report.TrainingLog;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The file in which the first process says what happens, read while it grows. */
final class ProgressFile {
  private static final int MOST_LINE = 1 << 16;
  private static final int PIECE = 1 << 16;

  private final Path file;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private long offset;
  private Optional<Failure> failure = Optional.empty();

  ProgressFile(Path file) {
    this.file = file;
  }

  /** The first failure that a process wrote down. */
  Optional<Failure> failure() {
    return failure;
  }

  /** What was written since the last time. A line that is not whole yet waits for its rest. */
  List<LogEntry> more() {
    List<LogEntry> entries = new ArrayList<>();
    if (!Files.exists(file)) {
      return entries;
    }
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      channel.position(offset);
      ByteBuffer piece = ByteBuffer.allocate(PIECE);
      while (channel.read(piece.clear()) > 0) {
        piece.flip();
        offset += piece.remaining();
        while (piece.hasRemaining()) {
          take(piece.get(), entries);
        }
      }
      return entries;
    } catch (IOException e) {
      throw TrainingError.reading(file, e);
    }
  }

  private void take(byte it, List<LogEntry> entries) {
    if (it != '\n') {
      if (line.size() == MOST_LINE) {
        throw damaged("a line is longer than " + MOST_LINE + " bytes");
      }
      line.write(it);
      return;
    }
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    LogEntry entry = TrainingLog.parse(text).orElseThrow(() -> damaged("no line of it: " + text));
    switch (entry) {
      case LogEntry.Unknown unknown -> failed(Json.read(unknown.raw()));
      case LogEntry.Step _,
          LogEntry.Evaluation _,
          LogEntry.Checkpoint _,
          LogEntry.End _,
          LogEntry.Start _,
          LogEntry.Resume _ ->
          entries.add(entry);
    }
  }

  private void failed(JsonNode json) {
    if (json.path("type").asString("").equals("failure") && failure.isEmpty()) {
      failure =
          Optional.of(
              new Failure(json.path("rank").asInt(0), json.path("message").asString("unknown")));
    }
  }

  private TreadleException damaged(String why) {
    String shown = why.length() > 200 ? why.substring(0, 200) + "…" : why;
    return TrainingError.LOG_DAMAGED.because(file + " is damaged (" + shown + ")");
  }

  /**
   * Drops what was written after a checkpoint, and why the run failed then.
   *
   * @return what is left
   */
  List<LogEntry> cut(int step) {
    List<LogEntry> kept = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    try {
      if (!Files.exists(file)) {
        return kept;
      }
      String all = Files.readString(file);
      for (String it : all.substring(0, all.lastIndexOf('\n') + 1).split("\n", -1)) {
        Optional<LogEntry> entry = it.isEmpty() ? Optional.empty() : TrainingLog.parse(it);
        boolean isKept =
            entry
                .filter(found -> found.step() <= step && !(found instanceof LogEntry.Unknown))
                .isPresent();
        if (isKept) {
          kept.add(entry.get());
          text.append(it).append('\n');
        }
      }
      Files.writeString(file, text);
      offset = Files.size(file);
      return kept;
    } catch (IOException e) {
      throw TrainingError.writing(file, e);
    }
  }
}
