package dev.treadle.training.report;

import dev.treadle.training.TrainingError;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The log of a run: a file with one JSON object a line, written as it happens. A line that a kill
 * tore is the last one, and is passed over. Whoever goes on from a checkpoint first cuts off what
 * was logged after it, so that every step stands there once.
 */
public final class TrainingLog implements AutoCloseable {
  /** Its usual name in the folder of a run. */
  public static final String NAME = "log.jsonl";

  private static final int MAX_LINE_BYTES = 4 << 20;
  private static final int MAX_LINES = 5_000_000;

  private final Path file;
  private final FileChannel channel;

  private TrainingLog(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Begins a log.
   *
   * @throws TreadleException {@link TrainingError#OUTPUT_EXISTS} if the file is there
   */
  public static TrainingLog create(Path file, LogEntry.Start start) {
    if (Files.exists(file)) {
      throw TrainingError.OUTPUT_EXISTS.because(
          file + " is there already: resume that run, or choose another folder");
    }
    TrainingLog log = open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    log.add(start);
    return log;
  }

  /** Begins the log of a run anew that was ended before its first checkpoint. */
  public static TrainingLog restart(Path file, LogEntry.Start start) {
    TrainingLog log = open(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    log.add(start);
    return log;
  }

  /**
   * Goes on with the log of a run that goes on from a checkpoint. What was logged after the
   * checkpoint's step is cut off.
   *
   * @throws TreadleException {@link TrainingError#LOG_DAMAGED} naming the line
   */
  public static TrainingLog resume(Path file, LogEntry.Resume resume) {
    long end = scan(file, entry -> entry.step() <= resume.step());
    TrainingLog log = open(file, StandardOpenOption.WRITE);
    try {
      log.channel.truncate(end);
      log.channel.position(end);
    } catch (IOException e) {
      log.close();
      throw TrainingError.writing(file, e);
    }
    log.add(resume);
    return log;
  }

  private static TrainingLog open(Path file, StandardOpenOption... options) {
    try {
      return new TrainingLog(file, FileChannel.open(file, options));
    } catch (IOException e) {
      throw TrainingError.writing(file, e);
    }
  }

  /** Writes a line. After it the line is the system's to keep; {@link #force} makes it last. */
  public void add(LogEntry entry) {
    byte[] json = Json.write(LogEntryCodec.json(entry));
    ByteBuffer line = ByteBuffer.allocate(json.length + 1).put(json).put((byte) '\n').flip();
    try {
      while (line.hasRemaining()) {
        channel.write(line);
      }
    } catch (IOException e) {
      throw TrainingError.writing(file, e);
    }
  }

  /** Puts on disk what was written: to be called before a checkpoint is said to be there. */
  public void force() {
    try {
      channel.force(true);
    } catch (IOException e) {
      throw TrainingError.writing(file, e);
    }
  }

  /**
   * Reads a log. A torn last line is passed over.
   *
   * @throws TreadleException {@link TrainingError#LOG_DAMAGED} naming the line
   */
  public static List<LogEntry> read(Path file) {
    List<LogEntry> entries = new ArrayList<>();
    scan(
        file,
        entry -> {
          entries.add(entry);
          return true;
        });
    return entries;
  }

  /** What a line of such a log says; nothing if it is none. */
  public static Optional<LogEntry> parse(String line) {
    try {
      return LogEntryCodec.entry(Json.read(line), line);
    } catch (TreadleException _) {
      return Optional.empty();
    }
  }

  /** Where the first line that was not taken begins, or the torn one, or the file ends. */
  private static long scan(Path file, Predicate<LogEntry> taken) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      long begin = 0;
      for (int number = 1; number <= MAX_LINES; number++) {
        Optional<byte[]> line = line(in, file, number);
        if (line.isEmpty() || !taken.test(entry(line.get(), file, number))) {
          return begin;
        }
        begin += line.get().length + 1;
      }
      throw TrainingError.LOG_DAMAGED.because(file + " has more than " + MAX_LINES + " lines");
    } catch (IOException e) {
      throw TrainingError.reading(file, e);
    }
  }

  /** The next whole line; nothing if the file ends before it does. */
  private static Optional<byte[]> line(InputStream in, Path file, int number) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    for (int it = in.read(); it != '\n'; it = in.read()) {
      if (it < 0) {
        return Optional.empty();
      }
      if (line.size() == MAX_LINE_BYTES) {
        throw damaged(file, number, "it is longer than " + MAX_LINE_BYTES + " bytes");
      }
      line.write(it);
    }
    return Optional.of(line.toByteArray());
  }

  private static LogEntry entry(byte[] line, Path file, int number) {
    try {
      return LogEntryCodec.entry(Json.read(line), new String(line, StandardCharsets.UTF_8))
          .orElseThrow(() -> damaged(file, number, "it is none of a training log"));
    } catch (TreadleException e) {
      throw e.code() instanceof TrainingError
          ? e
          : damaged(file, number, String.valueOf(e.getMessage()));
    }
  }

  private static TreadleException damaged(Path file, int number, String why) {
    return TrainingError.LOG_DAMAGED.because(
        file + " is damaged at line " + number + " (" + why + "): move it away to train anew");
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw TrainingError.writing(file, e);
    }
  }
}
