package dev.treadle.intake;

import dev.treadle.intake.ImportCursors.Mark;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Reads the beginning of a session file: enough to tell which files replay one another. */
final class SessionHead {
  private static final int MAX_LINES = 400;
  private static final int MAX_LINE_BYTES = 8 << 20;

  private SessionHead() {}

  static Mark read(SessionFiles.Found file) throws IOException {
    String session = null;
    String root = null;
    String answer = null;
    String time = null;
    RecordScanner scanner = new RecordScanner();
    try (LineReader lines = new LineReader(file.path(), MAX_LINE_BYTES)) {
      for (int i = 0; i < MAX_LINES && (root == null || answer == null) && lines.next(); i++) {
        SessionRecord record = scan(scanner, i, lines);
        if (record == null) {
          continue;
        }
        session = session == null ? record.sessionId() : session;
        if (record.isMessage()) {
          root = root == null ? record.uuid() : root;
          time = time == null ? record.timestamp() : time;
          answer =
              answer == null && record.kind() == RecordKind.ASSISTANT ? record.messageId() : answer;
        }
      }
    }
    return new Mark(
        file.bytes(),
        file.modifiedMillis(),
        session == null ? stem(file.path()) : session,
        root == null ? "" : root,
        answer == null ? "" : answer,
        time == null ? "" : time);
  }

  private static @Nullable SessionRecord scan(RecordScanner scanner, int index, LineReader line) {
    try {
      return line.length() == 0
          ? null
          : scanner.scan(index, line.offset(), line.buffer(), line.from(), line.length());
    } catch (JacksonException e) {
      return null; // Counted when the whole file is read.
    }
  }

  /** The file's name without its ending. */
  static String stem(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.substring(0, name.length() - ".jsonl".length());
  }
}
