package dev.treadle.intake;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Finds session files; follows links, but no loop, and counts a file once however many ways lead to
 * it.
 */
final class SessionFiles extends SimpleFileVisitor<Path> {
  private static final int MAX_DEPTH = 16;
  private static final String PROMPT_HISTORY = "history.jsonl";

  /** A file as it lay there. */
  record Found(Path path, long bytes, long modifiedMillis) {}

  private final List<Found> found = new ArrayList<>();
  private final Set<Object> seen = new HashSet<>();
  private final BiConsumer<Path, String> problem;

  private SessionFiles(BiConsumer<Path, String> problem) {
    this.problem = problem;
  }

  /**
   * The session files below {@code place}, in the order of their paths; what cannot be visited goes
   * to {@code problem}.
   */
  static List<Found> below(Path place, BiConsumer<Path, String> problem) throws IOException {
    SessionFiles files = new SessionFiles(problem);
    Files.walkFileTree(place, EnumSet.of(FileVisitOption.FOLLOW_LINKS), MAX_DEPTH, files);
    files.found.sort((a, b) -> a.path().compareTo(b.path()));
    return files.found;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
    String name = String.valueOf(file.getFileName());
    if (attributes.isRegularFile() && name.endsWith(".jsonl") && !name.equals(PROMPT_HISTORY)) {
      Object key = attributes.fileKey();
      if (key == null || seen.add(key)) {
        found.add(
            new Found(
                file.toAbsolutePath().normalize(),
                attributes.size(),
                attributes.lastModifiedTime().toMillis()));
      }
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFileFailed(Path file, IOException e) {
    problem.accept(
        file,
        e instanceof FileSystemLoopException
            ? "a link that leads back to a folder above it: passed over"
            : "cannot be read: " + reason(e));
    return FileVisitResult.CONTINUE;
  }

  /** What the system says, without the path that the caller names anyway. */
  static String reason(IOException e) {
    return switch (e) {
      case java.nio.file.AccessDeniedException _ -> "permission denied";
      case java.nio.file.NoSuchFileException _ -> "it is not there";
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }
}
