package dev.treadle.curation.llamafactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files of an entry that can be read here, or why there are none. */
record DatasetFiles(List<Path> paths, FileReport.@Nullable RunFailure failure) {
  private static final Set<String> JSON = Set.of("json", "jsonl");
  private static final Set<String> OTHERS = Set.of("arrow", "csv", "parquet", "txt");

  static DatasetFiles of(Path directory, Source source) throws IOException {
    return switch (source) {
      case Source.Remote remote ->
          failed(
              Reason.NOT_EMULATED,
              "the rows come from `%s` (%s); only files can be checked, so export it first"
                  .formatted(remote.key(), remote.address()));
      case Source.LocalFile local -> ofLocal(directory.resolve(local.name()));
    };
  }

  private static DatasetFiles ofLocal(Path path) throws IOException {
    if (!Files.exists(path)) {
      return failed(
          Reason.FILE_NOT_FOUND,
          "%s does not exist; correct `file_name`, which is relative to the dataset directory"
              .formatted(path));
    }
    List<Path> paths = Files.isDirectory(path) ? children(path) : List.of(path);
    if (paths.isEmpty()) {
      return failed(Reason.EMPTY_FILE, "folder %s holds no files".formatted(path));
    }
    Set<String> kinds = new TreeSet<>();
    for (Path file : paths) {
      String extension = extension(file);
      if (!JSON.contains(extension) && !OTHERS.contains(extension)) {
        return failed(
            Reason.UNSUPPORTED_EXTENSION,
            "%s ends in none of .json .jsonl .csv .parquet .arrow .txt; rename it"
                .formatted(file.getFileName()));
      }
      kinds.add(JSON.contains(extension) ? "json" : extension);
    }
    if (kinds.size() > 1) {
      return failed(
          Reason.UNSUPPORTED_EXTENSION,
          "folder %s mixes kinds of file %s; keep one".formatted(path, kinds));
    }
    return kinds.contains("json")
        ? new DatasetFiles(paths, null)
        : failed(
            Reason.NOT_EMULATED,
            "%s files are read by the trainer but not checked here".formatted(kinds));
  }

  private static List<Path> children(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  /** The trainer compares extensions as they are written, so JSON in capitals is none. */
  private static String extension(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    String extension = dot <= 0 ? "" : name.substring(dot + 1);
    return extension.equals(extension.toLowerCase(Locale.ROOT)) ? extension : "";
  }

  private static DatasetFiles failed(Reason reason, String explanation) {
    return new DatasetFiles(List.of(), new FileReport.RunFailure(reason, explanation));
  }
}
