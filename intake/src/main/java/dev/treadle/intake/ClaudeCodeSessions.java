package dev.treadle.intake;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The sessions that Claude Code leaves in {@code ~/.claude/projects}. */
public final class ClaudeCodeSessions {
  private ClaudeCodeSessions() {}

  /** What an import is given, but for the places to look in. */
  public record Options(ImportCursors cursors, Optional<String> subject, Progress progress) {}

  /** What an import did, and how far it came. */
  public record Result(ImportReport report, ImportCursors cursors) {}

  /**
   * What is there to import, without reading it.
   *
   * @param changed files that are new or changed since the cursors were taken
   */
  public record Found(int files, long bytes, int changed) {}

  /**
   * Imports every session below {@code places} (folders or single files) that changed since the
   * cursors were taken.
   *
   * <p>The ids of the examples come from the sessions' own names, so it does not matter from where,
   * in which order or how often a session is imported, nor that it grows in between.
   *
   * @throws dev.treadle.transcript.TreadleException if a place does not exist
   */
  public static Result read(List<Path> places, Options options, ExampleSink sink) {
    return new ClaudeCodeImport(options, sink).read(places);
  }

  /** Counts the session files below {@code places}; places that do not exist count as empty. */
  public static Found find(List<Path> places, ImportCursors cursors) {
    return ClaudeCodeImport.find(places, cursors);
  }
}
