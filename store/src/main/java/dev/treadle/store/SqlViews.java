package dev.treadle.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The views that SQL sees, as statements. Columns are explicit, so that no file's content changes a
 * type; parts of many shapes are JSON. A torn line becomes a row without id, which the views drop.
 */
final class SqlViews {
  static final String FORGOTTEN = "treadle_forgotten";

  private static final String EXAMPLE_COLUMNS =
      """
      v: 'BIGINT', id: 'VARCHAR', digest: 'VARCHAR', kind: 'VARCHAR',
      source: 'STRUCT(system VARCHAR, "key" VARCHAR, "group" VARCHAR, subject VARCHAR, terms VARCHAR, time VARCHAR)',
      messages: 'JSON', tools: 'JSON', candidates: 'JSON', outcome: 'JSON', thinking: 'VARCHAR',
      task: 'VARCHAR', language: 'VARCHAR', scores: 'JSON', evidence: 'JSON', labels: 'JSON',
      lineage: 'JSON', extra: 'JSON'\
      """;
  private static final String EXAMPLE_EXTRAS =
      """
      *, source."system" AS source_system, source."group" AS source_group,
      try_cast(source."time" AS TIMESTAMP) AS source_time, json_array_length(messages) AS message_count\
      """;

  /** What streams other than examples share; {@code line} is the whole record. */
  private static final String OTHER_SELECT =
      """
      json_extract_string(json, '$.id') AS id, json_extract_string(json, '$.digest') AS digest,
      json_extract_string(json, '$.kind') AS kind,
      try_cast(json_extract_string(json, '$.time') AS TIMESTAMP) AS "time", json AS line\
      """;

  private final Path realRoot;
  private final int lineLimit;
  private final String hidden;

  SqlViews(Path realRoot, int lineLimit, boolean anyForgotten) {
    this.realRoot = realRoot;
    this.lineLimit = lineLimit;
    this.hidden =
        anyForgotten
            ? " AND id NOT IN (SELECT f.id FROM %1$s f) AND split_part(id, '.', 1) NOT IN (SELECT f.id FROM %1$s f)"
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
      boolean examples = stream.getKey() == Stream.EXAMPLES;
      String all = examples ? exampleLines(files) : otherLines(files);
      String log = "SELECT * EXCLUDE (filename) FROM (%s)".formatted(all);
      views.put(stream.getKey().folder() + "_log", log);
      views.put(stream.getKey().folder(), files.isEmpty() ? log : lastRevisions(all, keys(files)));
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

  private String exampleLines(List<Path> files) {
    return "SELECT %s FROM (SELECT %s) WHERE id IS NOT NULL%s"
        .formatted(EXAMPLE_EXTRAS, examples(files), hidden);
  }

  private String otherLines(List<Path> files) {
    String source =
        files.isEmpty()
            ? "(SELECT NULL::JSON AS json, NULL::VARCHAR AS filename WHERE false)"
            : "read_json_objects(%s, %s)".formatted(list(files), options());
    return "SELECT * FROM (SELECT %s, filename FROM %s) WHERE id IS NOT NULL%s"
        .formatted(OTHER_SELECT, source, hidden);
  }

  private String examples(List<Path> files) {
    if (files.isEmpty()) {
      return EXAMPLE_COLUMNS.replaceAll("(?s)(\\w+): '(.*?)'(?=[,\\s]|$)", "NULL::$2 AS $1")
          + ", NULL::VARCHAR AS filename WHERE false";
    }
    return "* FROM read_json(%s, columns = {%s}, %s)"
        .formatted(list(files), EXAMPLE_COLUMNS, options());
  }

  private String options() {
    return "format = 'newline_delimited', ignore_errors = true, filename = true, maximum_object_size = "
        + lineLimit;
  }

  /** Every line's id and digest, and nothing of its text. */
  private String keys(List<Path> files) {
    return "SELECT id, digest, filename, row_number() OVER () AS row_of FROM read_json(%s, columns = {id: 'VARCHAR', digest: 'VARCHAR'}, %s) WHERE id IS NOT NULL"
        .formatted(list(files), options());
  }

  /**
   * Rows come in the order of the files and of their lines: that of the log. Which is the last of
   * an id is told from the keys alone, in a reading of their own: numbered with their texts, all of
   * these would be held in memory. So a revision that says again what an earlier one in the same
   * segment said is given for both.
   */
  private static String lastRevisions(String all, String keys) {
    return """
        WITH heads AS (
          SELECT id AS head_id, arg_max(coalesce(digest, ''), row_of) AS head_digest, arg_max(filename, row_of) AS head_file
          FROM (%s) GROUP BY id)
        SELECT * EXCLUDE (filename) FROM (%s) lines SEMI JOIN heads
        ON lines.id = head_id AND coalesce(lines.digest, '') = head_digest AND lines.filename = head_file\
        """
        .formatted(keys, all);
  }

  private String datasetView(DatasetVersion version) throws IOException {
    List<String> parts = new ArrayList<>();
    for (DatasetVersion.Split split : DatasetVersion.Split.values()) {
      List<Path> file = inside(List.of(version.folder().resolve(split.file())));
      String name = split.file().replace(".jsonl", "");
      parts.add(
          "SELECT '%s' AS split, * EXCLUDE (filename) FROM (SELECT %s FROM (SELECT %s) WHERE id IS NOT NULL%s)"
              .formatted(name, EXAMPLE_EXTRAS, examples(file), hidden));
    }
    return String.join(" UNION ALL ", parts);
  }

  private static String list(List<Path> files) {
    return files.stream()
        .map(file -> "'" + file.toString().replace("'", "''") + "'")
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
