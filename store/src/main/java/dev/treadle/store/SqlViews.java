package dev.treadle.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The views that SQL sees, as statements. Columns are explicit, so that no file's content changes a
 * type; parts of many shapes are JSON. A torn line becomes a row without id, which the views drop.
 */
final class SqlViews {
  static final String FORGOTTEN = "treadle_forgotten";

  private final Path realRoot;
  private final int lineLimit;
  private final String hidden;

  /** What was made of a forgotten exchange is forgotten with it. */
  private final String hiddenOrigins;

  SqlViews(Path realRoot, int lineLimit, boolean anyForgotten) {
    this.realRoot = realRoot;
    this.lineLimit = lineLimit;
    this.hidden =
        anyForgotten
            ? " AND id NOT IN (SELECT f.id FROM %1$s f) AND split_part(id, '.', 1) NOT IN (SELECT f.id FROM %1$s f)"
                .formatted(FORGOTTEN)
            : "";
    this.hiddenOrigins =
        anyForgotten
            ? " WHERE NOT coalesce(list_has_any(CAST(extra->'exchanges' AS VARCHAR[]), (SELECT list(f.id) FROM %s f)), false)"
                .formatted(FORGOTTEN)
            : "";
  }

  /** View names and what each selects. */
  Map<String, String> of(Map<Stream, List<Path>> streams, List<DatasetVersion> versions)
      throws IOException {
    Map<String, String> views = new LinkedHashMap<>();
    for (DatasetVersion version : versions) {
      views.put(version.reference(), datasetView(version));
    }
    for (Map.Entry<Stream, List<Path>> stream : streams.entrySet()) {
      List<Path> files = inside(stream.getValue());
      SqlColumns columns = SqlColumns.of(stream.getKey());
      String all = lines(columns, files);
      String log = "SELECT * EXCLUDE (%s) FROM (%s)".formatted(columns.hidden(), all);
      views.put(stream.getKey().folder() + "_log", log);
      views.put(
          stream.getKey().folder(),
          files.isEmpty() ? log : lastRevisions(columns, all, keys(columns, files)));
    }
    return views;
  }

  /**
   * The files whose real place is in the lake: a link that leads out of it is not followed. A file
   * that vanished was sealed a moment ago; the caller lists again.
   */
  private List<Path> inside(List<Path> files) throws IOException {
    List<Path> inside = new ArrayList<>();
    for (Path file : files) {
      if (file.toRealPath().startsWith(realRoot)) {
        inside.add(file);
      }
    }
    return inside;
  }

  private String lines(SqlColumns columns, List<Path> files) {
    return "SELECT * FROM (%s) WHERE id IS NOT NULL%s"
        .formatted(columns.from(quoted(files), options()), hidden);
  }

  private String options() {
    return "format = 'newline_delimited', ignore_errors = true, filename = true, maximum_object_size = "
        + lineLimit;
  }

  /** Every line's id and what tells its revisions apart, and nothing of its text. */
  private String keys(SqlColumns columns, List<Path> files) {
    return "SELECT id, %1$s AS mark, filename, row_number() OVER () AS row_of FROM read_json([%2$s], columns = {id: 'VARCHAR', %1$s: 'VARCHAR'}, %3$s) WHERE id IS NOT NULL"
        .formatted(columns.mark(), String.join(", ", quoted(files)), options());
  }

  /**
   * Rows come in the order of the files and of their lines: that of the log. Which is the last of
   * an id is told from the keys alone, in a reading of their own: numbered with their texts, all of
   * these would be held in memory. So a revision that says again what an earlier one in the same
   * segment said is given for both.
   */
  private static String lastRevisions(SqlColumns columns, String all, String keys) {
    return """
        WITH heads AS (
          SELECT id AS head_id, arg_max(coalesce(mark, ''), row_of) AS head_mark, arg_max(filename, row_of) AS head_file
          FROM (%s) GROUP BY id)
        SELECT * EXCLUDE (%s) FROM (%s) lines SEMI JOIN heads
        ON lines.id = head_id AND coalesce(lines.%s, '') = head_mark AND lines.filename = head_file\
        """
        .formatted(keys, columns.hidden(), all, columns.mark());
  }

  private String datasetView(DatasetVersion version) throws IOException {
    List<String> parts = new ArrayList<>();
    for (DatasetVersion.Split split : DatasetVersion.Split.values()) {
      List<Path> file = inside(List.of(version.folder().resolve(split.file())));
      String name = split.file().replace(".jsonl", "");
      parts.add(
          "SELECT '%s' AS split, * EXCLUDE (filename) FROM (%s)%s"
              .formatted(name, lines(SqlColumns.EXAMPLES, file), hiddenOrigins));
    }
    return String.join(" UNION ALL ", parts);
  }

  private static List<String> quoted(List<Path> files) {
    return files.stream().map(file -> "'" + file.toString().replace("'", "''") + "'").toList();
  }
}
