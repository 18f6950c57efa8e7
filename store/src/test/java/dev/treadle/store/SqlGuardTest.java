package dev.treadle.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.store.LakeSql.Budget;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Statements that try to read or write what they may not, and harmless ones that must pass. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SqlGuardTest {
  @TempDir static Path folder;
  private Lake lake;
  private LakeSql sql;

  @BeforeAll
  void open() {
    lake = Lakes.create(folder, 1);
    lake.appendLine(Stream.EXAMPLES, Lakes.line("a", "1", "x"), Durability.BEFORE_ANSWER);
    lake.state().write("secret", "{\"k\":1}".getBytes(StandardCharsets.UTF_8));
    sql = lake.sql(Budget.DEFAULT);
  }

  @AfterAll
  void close() {
    sql.close();
    lake.close();
  }

  static List<String> hostile() throws IOException {
    return statements("sql-hostile.sql");
  }

  static List<String> harmless() throws IOException {
    return statements("sql-harmless.sql");
  }

  private static List<String> statements(String resource) throws IOException {
    try (var in = SqlGuardTest.class.getResourceAsStream(resource)) {
      assertThat(in).isNotNull();
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().filter(line -> !line.isBlank() && !line.startsWith("##")).toList();
    }
  }

  private String filled(String statement) {
    return statement
        .replace("$LAKE", lake.root().toString())
        .replace("$OUT", folder.resolve("written").toString())
        .replace("\\n", "\n");
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void refuses(String statement) {
    assertThatThrownBy(() -> read(filled(statement)))
        .isInstanceOf(TreadleException.class)
        .satisfies(
            e ->
                assertThat(((TreadleException) e).code() + ": " + e.getMessage())
                    .containsAnyOf("SQL_REFUSED", "the SQL is not understood"));
    assertThat(folder.resolve("written")).doesNotExist();
  }

  @ParameterizedTest
  @MethodSource("harmless")
  void accepts(String statement) {
    assertThat(read(filled(statement))).isNotNull();
  }

  private List<Object> read(String statement) {
    try (Rows rows = sql.query(statement, Budget.DEFAULT)) {
      List<Object> all = new ArrayList<>();
      rows.forEachRemaining(all::add);
      return all;
    }
  }

  @Test
  void theDatabaseItselfOpensNothingOutsideEither() throws Exception {
    Path file = Files.writeString(folder.resolve("outside.csv"), "a\n1\n");
    List<String> statements =
        List.of(
            "SELECT * FROM '" + file + "'",
            "SELECT * FROM read_text('/etc/passwd')",
            "SELECT * FROM read_text('" + lake.root() + "/state/secret.json')",
            "SELECT * FROM read_text('" + lake.root() + "/log/../state/secret.json')",
            "COPY (SELECT 1) TO '" + folder.resolve("written") + "'",
            "ATTACH '" + folder.resolve("written") + "'",
            "SET enable_external_access = true",
            "SET allowed_directories = ['/']",
            "INSTALL httpfs",
            "LOAD httpfs");
    for (String statement : statements) {
      try (var direct = sql.unguarded()) {
        assertThatThrownBy(() -> direct.execute(statement)).as(statement).isNotNull();
      }
    }
    assertThat(folder.resolve("written")).doesNotExist();
  }
}
