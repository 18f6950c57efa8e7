package dev.treadle.store;

import java.util.List;

/**
 * The columns of one kind of record in SQL.
 *
 * @param read what is read from a line, as DuckDB's {@code columns}: explicit, so that no file's
 *     content changes a type
 * @param select what a view gives of them
 * @param mark the column that tells two revisions of one id apart
 */
record SqlColumns(String read, String select, String mark) {
  private static final String WHOLE = "json: 'JSON'";

  static final SqlColumns EXAMPLES =
      new SqlColumns(
          """
          v: 'BIGINT', id: 'VARCHAR', digest: 'VARCHAR', kind: 'VARCHAR',
          source: 'STRUCT(system VARCHAR, "key" VARCHAR, "group" VARCHAR, subject VARCHAR, terms VARCHAR, time VARCHAR)',
          messages: 'JSON', tools: 'JSON', candidates: 'JSON', outcome: 'JSON', thinking: 'VARCHAR',
          task: 'VARCHAR', language: 'VARCHAR', scores: 'JSON', evidence: 'JSON', labels: 'JSON',
          lineage: 'JSON', extra: 'JSON'\
          """,
          """
          *, source."system" AS source_system, source."group" AS source_group,
          try_cast(source."time" AS TIMESTAMP) AS source_time, json_array_length(messages) AS message_count\
          """,
          "digest");

  private static final SqlColumns EXCHANGES =
      new SqlColumns(
          """
          v: 'BIGINT', id: 'VARCHAR', time: 'VARCHAR', state: 'VARCHAR', protocol: 'VARCHAR',
          path: 'VARCHAR', purpose: 'VARCHAR', subject: 'VARCHAR',
          conversation: 'STRUCT(id VARCHAR, "by" VARCHAR, turn BIGINT, parent VARCHAR, "prefix" VARCHAR, through VARCHAR)',
          route: 'VARCHAR', request: 'JSON', headers: 'JSON',
          decision: 'STRUCT(policy VARCHAR, target VARCHAR, propensity DOUBLE, candidates JSON, reason VARCHAR)',
          attempts: 'JSON',
          answer: 'STRUCT(status BIGINT, streamed BOOLEAN, events BIGINT, body JSON, losses JSON)',
          usage: 'STRUCT(input BIGINT, cached_input BIGINT, cache_write BIGINT, output BIGINT, reasoning BIGINT)',
          cost_usd: 'DOUBLE', timings: 'STRUCT(total_ms DOUBLE, first_content_ms DOUBLE, added_ms DOUBLE)',
          abort_reason: 'VARCHAR', extra: 'JSON', blobs: 'JSON', crc: 'VARCHAR'\
          """,
          """
          v, id, try_cast("time" AS TIMESTAMP) AS "time", state, protocol, path, purpose, subject,
          conversation.id AS conversation, conversation.turn AS turn, route, decision.target AS target,
          json_extract_string(attempts, '$[#-1].model') AS model, answer.status AS status,
          answer.streamed AS streamed, usage.input AS input_tokens, usage.cached_input AS cached_input_tokens,
          usage.output AS output_tokens, cost_usd, timings.total_ms AS total_ms,
          timings.first_content_ms AS first_content_ms, timings.added_ms AS added_ms,
          json_array_length(attempts) AS attempt_count, abort_reason, request, answer.body AS answer, headers,
          attempts, decision.policy AS policy, decision.propensity AS propensity, decision.reason AS reason,
          conversation."by" AS conversation_by, conversation.parent AS parent, extra, blobs, crc\
          """,
          "crc");

  private static final SqlColumns FEEDBACK =
      new SqlColumns(
          """
          v: 'BIGINT', id: 'VARCHAR', time: 'VARCHAR', exchange: 'VARCHAR', conversation: 'VARCHAR',
          subject: 'VARCHAR', score: 'DOUBLE', thumbs_up: 'BOOLEAN', correction: 'VARCHAR',
          demonstration: 'JSON', comment: 'VARCHAR', labels: 'JSON', crc: 'VARCHAR'\
          """,
          """
          v, id, try_cast("time" AS TIMESTAMP) AS "time", exchange, conversation, subject, score,
          thumbs_up, correction, demonstration, comment, labels, crc\
          """,
          "crc");

  /** Of streams that no producer has given a form yet: {@code line} is the whole record. */
  private static final SqlColumns OTHERS =
      new SqlColumns(
          WHOLE,
          """
          json_extract_string(json, '$.id') AS id, json_extract_string(json, '$.digest') AS digest,
          json_extract_string(json, '$.kind') AS kind,
          try_cast(json_extract_string(json, '$.time') AS TIMESTAMP) AS "time", json AS line,
          json_extract_string(json, '$.crc') AS crc\
          """,
          "crc");

  static SqlColumns of(Stream stream) {
    return switch (stream) {
      case EXAMPLES, COMPARISONS -> EXAMPLES;
      case EXCHANGES -> EXCHANGES;
      case FEEDBACK -> FEEDBACK;
      case TRAJECTORIES, LEDGER -> OTHERS;
    };
  }

  /** What a view gives, from these quoted files; the names of the files beside. */
  String from(List<String> files, String options) {
    if (files.isEmpty()) {
      String nothing = read.replaceAll("(?s)(\\w+): '(.*?)'(?=[,\\s]|$)", "NULL::$2 AS \"$1\"");
      return "SELECT %s, filename FROM (SELECT %s, NULL::VARCHAR AS filename WHERE false)"
          .formatted(selected(), nothing);
    }
    String list = "[" + String.join(", ", files) + "]";
    String source =
        read.equals(WHOLE)
            ? "read_json_objects(%s, %s)".formatted(list, options)
            : "read_json(%s, columns = {%s}, %s)".formatted(list, read, options);
    return "SELECT %s, filename FROM %s".formatted(selected(), source);
  }

  private String selected() {
    return select.startsWith("*,") ? "* EXCLUDE (filename)" + select.substring(1) : select;
  }

  /** The columns that readers do not see. */
  String hidden() {
    return mark.equals("crc") ? "filename, crc" : "filename";
  }
}
