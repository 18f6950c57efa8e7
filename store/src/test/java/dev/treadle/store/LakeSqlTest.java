package dev.treadle.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.store.LakeSql.Budget;
import dev.treadle.store.redaction.Redactor;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.Feedback;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LakeSqlTest {
  @TempDir Path folder;
  private Lake lake;
  private LakeSql sql;

  @BeforeEach
  void open() {
    lake = Lakes.create(folder, 1);
    sql = lake.sql(Budget.DEFAULT);
  }

  @AfterEach
  void close() {
    sql.close();
    lake.close();
  }

  private void append(String json) {
    lake.appendLine(
        Stream.EXAMPLES, json.getBytes(StandardCharsets.UTF_8), Durability.BEFORE_ANSWER);
  }

  private List<List<@Nullable Object>> rows(String query) {
    try (Rows rows = sql.query(query, Budget.DEFAULT)) {
      List<List<@Nullable Object>> all = new ArrayList<>();
      rows.forEachRemaining(all::add);
      return all;
    }
  }

  @Test
  void anEmptyLakeHasEmptyTables() {
    assertThat(rows("SELECT count(*), count(source.\"group\"), max(message_count) FROM examples"))
        .containsExactly(java.util.Arrays.asList(0L, 0L, null));
    assertThat(rows("SELECT * FROM ledger")).isEmpty();
    assertThat(sql.tables()).contains("examples", "examples_log", "feedback");
  }

  @Test
  void seesTheLastRevisionAcrossSealedAndOpenSegments() {
    append("{\"v\":1,\"id\":\"a\",\"digest\":\"1\",\"task\":\"x\"}");
    append("{\"v\":1,\"id\":\"b\",\"digest\":\"1\",\"task\":\"x\"}");
    lake.seal();
    append(
        "{\"v\":1,\"id\":\"a\",\"digest\":\"2\",\"source\":{\"system\":\"s\",\"group\":\"g\"},"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
    append("{\"v\":1,\"id\":\"a\",\"digest\":\"3\"}");
    append(
        "{\"v\":1,\"id\":\"c\",\"digest\":\"1\",\"source\":{\"system\":\"s\",\"group\":\"g\"},"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
    assertThat(rows("SELECT id, digest FROM examples ORDER BY id"))
        .containsExactly(List.of("a", "3"), List.of("b", "1"), List.of("c", "1"));
    assertThat(rows("SELECT count(*) FROM examples_log")).containsExactly(List.of(5L));
    assertThat(
            rows(
                "SELECT source_system, source.\"group\", message_count, "
                    + "messages->0->>'content' FROM examples WHERE id = 'c'"))
        .containsExactly(List.of("s", "g", 1L, "hi"));
    lake.forgetting().forget(Set.of("a"));
    append("{\"v\":1,\"id\":\"a.part\",\"digest\":\"3\"}");
    assertThat(rows("SELECT id FROM examples ORDER BY id"))
        .containsExactly(List.of("b"), List.of("c"));
  }

  @Test
  void aTornLineIsNoRow() throws IOException {
    append("{\"v\":1,\"id\":\"a\",\"digest\":\"1\"}");
    try (var files = Files.walk(folder.resolve("lake/log"))) {
      Path plain = files.filter(f -> f.toString().endsWith(".jsonl")).findFirst().orElseThrow();
      Files.writeString(plain, "{\"v\":1,\"id\":\"b\",\"dig", StandardOpenOption.APPEND);
    }
    assertThat(rows("SELECT id FROM examples")).containsExactly(List.of("a"));
    assertThat(rows("SELECT count(*) FROM examples")).containsExactly(List.of(1L));
  }

  @Test
  void readsDatasetVersionsByName() {
    try (DatasetDraft draft = lake.datasets().draft("support")) {
      draft.add(DatasetVersion.Split.TRAIN, Lakes.line("a", "1", "x"));
      draft.add(DatasetVersion.Split.TEST, Lakes.line("b", "1", "x"));
      draft.commit("r", List.of(), "run", "");
    }
    assertThat(rows("SELECT split, id FROM \"support/1\" ORDER BY id"))
        .containsExactly(List.of("train", "a"), List.of("test", "b"));
  }

  @Test
  void otherStreamsShowTheirWholeLine() {
    byte[] json = "{\"id\":\"f1\",\"score\":5}".getBytes(StandardCharsets.UTF_8);
    lake.appendLine(Stream.LEDGER, json, Durability.BEFORE_ANSWER);
    assertThat(rows("SELECT id, CAST(line->>'score' AS INTEGER) FROM ledger"))
        .containsExactly(List.of("f1", 5L));
  }

  @Test
  void exchangesAreRowsOfTheirLastState() {
    ExchangeLog door = lake.exchanges(Redactor.standard());
    Exchange whole = Exchanges.answered(Lakes.NOW, new Random(1), "a", "b");
    Exchange open = Exchanges.open(whole.id(), whole.time(), "a");
    door.keep(open, Durability.BEFORE_ANSWER);
    door.keep(open, Durability.BEFORE_ANSWER);
    assertThat(rows("SELECT state, answer FROM exchanges").getFirst())
        .isEqualTo(java.util.Arrays.asList("open", null));
    door.keep(whole, Durability.BEFORE_ANSWER);

    assertThat(
            rows(
                "SELECT state, protocol, route, purpose, model, target, status, input_tokens,"
                    + " output_tokens, cost_usd, total_ms, first_content_ms, conversation, turn,"
                    + " subject, attempt_count, request->>'model', answer->'usage'->>'total_tokens'"
                    + " FROM exchanges"))
        .containsExactly(
            List.of(
                "answered",
                "chat",
                "support",
                "user",
                "qwen3-14b",
                "local",
                200L,
                120L,
                150L,
                0.00042,
                813.0,
                214.0,
                "c_9b1f3d77",
                1L,
                "p_2a6be83f90c14d57",
                1L,
                "support",
                "270"));
    assertThat(rows("SELECT count(*) FROM exchanges_log")).containsExactly(List.of(3L));
    lake.forgetting().forget(Set.of(whole.id()));
    assertThat(rows("SELECT id FROM exchanges")).isEmpty();
  }

  @Test
  void feedbackHasColumns() {
    ExchangeLog door = lake.exchanges(Redactor.standard());
    door.keep(
        new Feedback(
            "fb_1",
            Lakes.NOW,
            Optional.of("xc_1"),
            Optional.empty(),
            Optional.empty(),
            Optional.of(0.5),
            Optional.of(true),
            Optional.empty(),
            Optional.empty(),
            Optional.of("good"),
            Map.of()),
        Durability.BEFORE_ANSWER);

    assertThat(rows("SELECT exchange, score, thumbs_up, comment FROM feedback"))
        .containsExactly(List.of("xc_1", 0.5, true, "good"));
    assertThat(rows("SELECT count(*) FROM feedback f JOIN exchanges x ON f.exchange = x.id"))
        .containsExactly(List.of(0L));
  }

  @Test
  void stopsAtTheRowLimitAndAtTheTimeLimit() {
    try (Rows rows =
        sql.query("FROM range(1000000)", new Budget(256L << 20, 1, 3, Duration.ofSeconds(9)))) {
      int count = 0;
      while (rows.hasNext()) {
        rows.next();
        count++;
      }
      assertThat(count).isEqualTo(3);
      assertThat(rows.isTruncated()).isTrue();
    }
    Budget short_ = new Budget(256L << 20, 1, 3, Duration.ofMillis(100));
    assertThatThrownBy(
            () -> {
              try (Rows rows =
                  sql.query("SELECT count(*) FROM range(1000000) a, range(1000000) b", short_)) {
                rows.next();
              }
            })
        .isInstanceOf(TreadleException.class)
        .hasMessageContaining("took longer");
    assertThat(rows("SELECT 1")).containsExactly(List.of(1L));
  }

  @Test
  void readsLongLinesInLittleMemory() {
    String message = "{\"role\":\"user\",\"content\":\"" + "y".repeat(50_000) + "\"},";
    String messages = message.repeat(160);
    for (int i = 0; i < 8; i++) {
      append(
          "{\"v\":1,\"id\":\"%d\",\"messages\":[%s]}"
              .formatted(i, messages.substring(0, messages.length() - 1)));
    }
    assertThat(rows("SELECT count(*), sum(message_count) FROM examples"))
        .containsExactly(List.of(8L, 1280L));
  }

  @Test
  void aQueryThatNeedsTooMuchMemoryIsTold() {
    assertThatThrownBy(() -> rows("SELECT list(i) FROM range(100000000) t(i)"))
        .hasMessageContaining("needs more memory");
  }

  @Test
  void givesPlainValues() {
    assertThat(
            rows(
                "SELECT 1, 2.5::DOUBLE, 'x', true, NULL, [1, 2], {'a': 'b'}, "
                    + "DATE '2026-11-20', TIMESTAMP '2026-11-20 08:00:00', 1.5::DECIMAL(4,2), map {'k': 1}"))
        .hasSize(1)
        .allSatisfy(
            row -> {
              assertThat(row.subList(0, 5))
                  .isEqualTo(java.util.Arrays.asList(1L, 2.5, "x", true, null));
              assertThat(row.get(5)).isEqualTo(List.of(1L, 2L));
              assertThat(row.get(6)).isEqualTo(java.util.Map.of("a", "b"));
              assertThat(row.get(7)).isEqualTo("2026-11-20");
            });
  }

  @Test
  void aLinkThatLeadsOutOfTheLakeIsNotFollowed() throws IOException {
    append("{\"v\":1,\"id\":\"a\",\"digest\":\"1\"}");
    lake.seal();
    Path secret = folder.resolve("secret.jsonl");
    Files.writeString(secret, "{\"v\":1,\"id\":\"secret\",\"digest\":\"1\"}\n");
    Path day = folder.resolve("lake/log/examples/2026-11-20");
    Files.createSymbolicLink(day.resolve("abc-1.jsonl"), secret);
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.copy(secret, outside.resolve("abd-2.jsonl"));
    Files.createSymbolicLink(folder.resolve("lake/log/examples/2026-11-18"), outside);
    Path stream = Files.createDirectories(folder.resolve("elsewhere/2026-11-18"));
    Files.copy(secret, stream.resolve("abd-2.jsonl"));
    Files.createSymbolicLink(folder.resolve("lake/log/feedback"), folder.resolve("elsewhere"));
    assertThat(rows("SELECT id FROM examples_log")).containsExactly(List.of("a"));
    assertThat(rows("SELECT id FROM feedback_log")).isEmpty();
  }
}
