package dev.treadle.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * SQL over a lake, for reading only.
 *
 * <p>There is one view for each stream with the last revision of every id ({@code examples}), one
 * with all revisions ({@code examples_log}), and one for each dataset version ({@code
 * "support/3"}). Forgotten records are in none. Opening costs about 0.3 seconds and a native
 * library, so open it only where SQL is asked for. For one thread at a time.
 *
 * <p>Two fences keep a user's statement inside: {@link SqlGuard} accepts only what it knows, and
 * DuckDB is told to open nothing but the log and the datasets, by a configuration that cannot be
 * changed any more.
 */
public final class LakeSql implements AutoCloseable {
  private static final int TRIES = 20;
  private static final int SQL_LIMIT = 1 << 16;

  private final LakeSettings settings;
  private final Layout layout;
  private final Connection connection;
  private final Set<String> catalog;
  private final Map<String, String> views = new HashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("lake-sql-timer").daemon().factory());
  private Forgotten forgotten = new Forgotten(Set.of());

  /**
   * How much a query may take.
   *
   * @param memoryBytes of the database itself, beyond which it uses {@code cache/}
   */
  public record Budget(long memoryBytes, int threads, long rows, Duration time) {
    public static final Budget DEFAULT = new Budget(512L << 20, 2, 10_000, Duration.ofSeconds(30));

    public Budget {
      if (memoryBytes < 64L << 20 || threads < 1 || rows < 1 || !time.isPositive()) {
        throw new IllegalArgumentException("a query needs 64 MB, a thread, a row and some time");
      }
    }
  }

  private LakeSql(
      LakeSettings settings, Layout layout, Connection connection, Set<String> catalog) {
    this.settings = settings;
    this.layout = layout;
    this.connection = connection;
    this.catalog = catalog;
  }

  static LakeSql open(LakeSettings settings, Layout layout, Budget budget) {
    if (layout.root().toString().matches(".*[*?\\[].*")) {
      throw StoreError.SQL_FAILED.because(
          "SQL cannot read a lake whose path holds *, ? or [: move " + layout.root());
    }
    Properties properties = new Properties();
    properties.setProperty("jdbc_stream_results", "true");
    try {
      Connection connection = DriverManager.getConnection("jdbc:duckdb:", properties);
      try {
        Set<String> catalog = configure(connection, layout, budget);
        return new LakeSql(settings, layout, connection, catalog);
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw StoreError.SQL_FAILED.because("DuckDB could not be started: " + e.getMessage(), e);
    }
  }

  private static Set<String> configure(Connection connection, Layout layout, Budget budget)
      throws SQLException {
    String spill = quoted(layout.cache().resolve("duckdb").toString());
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET memory_limit = '" + budget.memoryBytes() / 1024 + "KiB'");
      statement.execute("SET threads = " + budget.threads());
      statement.execute("SET temp_directory = " + spill);
      statement.execute("SET TimeZone = 'UTC'");
      statement.execute("SET autoinstall_known_extensions = false");
      statement.execute("SET autoload_known_extensions = false");
      statement.execute("SET allow_community_extensions = false");
      statement.execute("SET preserve_insertion_order = true");
      statement.execute("CREATE TABLE " + SqlViews.FORGOTTEN + "(id VARCHAR)");
      Set<String> catalog = new HashSet<>();
      try (ResultSet names =
          statement.executeQuery(
              "SELECT view_name FROM duckdb_views() UNION SELECT table_name FROM duckdb_tables()")) {
        while (names.next()) {
          catalog.add(names.getString(1).toLowerCase(Locale.ROOT));
        }
      }
      statement.execute(
          "SET allowed_directories = ["
              + quoted(layout.log().toString())
              + ", "
              + quoted(layout.datasets().toString())
              + "]");
      statement.execute("SET enable_external_access = false");
      statement.execute("SET lock_configuration = true");
      return catalog;
    }
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /**
   * Runs one SELECT and gives its rows as they come. It sees what the lake holds now. The rows must
   * be closed before the next query.
   *
   * @throws dev.treadle.transcript.TreadleException when the statement is refused, is wrong, or
   *     takes longer than allowed
   */
  public Rows query(String sql, Budget budget) {
    if (sql.length() > SQL_LIMIT) {
      throw StoreError.SQL_REFUSED.because("the statement is longer than " + SQL_LIMIT);
    }
    try {
      for (int i = 0; ; i++) {
        try {
          refresh();
          SqlGuard.check(serialized(sql), views.keySet(), catalog);
          return run(sql, budget);
        } catch (SQLException e) {
          if (i >= TRIES || !isVanishedFile(e)) {
            throw e;
          }
        }
      }
    } catch (SQLException e) {
      throw StoreError.querying(e);
    } catch (IOException e) {
      throw StoreError.reading(layout.root(), e);
    }
  }

  /** A segment that was sealed between the listing and the reading. */
  private static boolean isVanishedFile(SQLException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("No files found") || message.contains("No such file");
  }

  /** The names that a query can read, sorted. */
  public List<String> tables() {
    try {
      refresh();
      return views.keySet().stream().sorted().toList();
    } catch (SQLException e) {
      throw StoreError.querying(e);
    } catch (IOException e) {
      throw StoreError.reading(layout.root(), e);
    }
  }

  private Rows run(String sql, Budget budget) throws SQLException {
    Statement statement = connection.createStatement();
    Rows.Deadline deadline = new Rows.Deadline(budget.time());
    ScheduledFuture<?> alarm =
        timer.schedule(
            () -> deadline.strike(statement), budget.time().toMillis(), TimeUnit.MILLISECONDS);
    try {
      return new Rows(statement, statement.executeQuery(sql), alarm, deadline, budget.rows());
    } catch (SQLException e) {
      alarm.cancel(false);
      statement.close();
      if (deadline.isOver()) {
        throw deadline.failure(e);
      }
      throw e;
    }
  }

  /** The statement as DuckDB's parser understands it; it accepts nothing but SELECT. */
  private String serialized(String sql) throws SQLException {
    try (PreparedStatement parse =
        connection.prepareStatement("SELECT CAST(json_serialize_sql(?::VARCHAR) AS VARCHAR)")) {
      parse.setString(1, sql);
      try (ResultSet result = parse.executeQuery()) {
        result.next();
        return result.getString(1);
      }
    }
  }

  /** Brings the views up to date with the files: segments come, are sealed, and change names. */
  private void refresh() throws SQLException, IOException {
    refreshForgotten();
    for (int i = 0; ; i++) {
      try {
        refreshViews();
        return;
      } catch (NoSuchFileException e) {
        if (i >= TRIES) {
          throw e;
        }
      }
    }
  }

  private void refreshForgotten() throws SQLException, IOException {
    Forgotten now = Forgotten.read(settings.disk(), layout);
    if (now.equals(forgotten)) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM " + SqlViews.FORGOTTEN);
    }
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO " + SqlViews.FORGOTTEN + " VALUES (?)")) {
      for (String id : now.ids()) {
        insert.setString(1, id);
        insert.addBatch();
      }
      insert.executeBatch();
    }
    forgotten = now;
  }

  private void refreshViews() throws SQLException, IOException {
    Map<Stream, List<Path>> streams = new EnumMap<>(Stream.class);
    for (Stream stream : Stream.values()) {
      streams.put(
          stream,
          Segments.list(settings.disk(), layout.stream(stream)).stream()
              .map(Segments.Found::file)
              .toList());
    }
    Datasets datasets = new Datasets(settings, layout, null);
    List<DatasetVersion> versions = new ArrayList<>();
    for (String name : datasets.names()) {
      versions.addAll(datasets.versions(name));
    }
    Path realRoot = Files.exists(layout.root()) ? layout.root().toRealPath() : layout.root();
    SqlViews sql = new SqlViews(realRoot, settings.limits().lineBytes(), !forgotten.isEmpty());
    for (Map.Entry<String, String> view : sql.of(streams, versions).entrySet()) {
      if (!view.getValue().equals(views.get(view.getKey()))) {
        try (Statement statement = connection.createStatement()) {
          statement.execute(
              "CREATE OR REPLACE VIEW \"" + view.getKey() + "\" AS " + view.getValue());
        }
        views.put(view.getKey(), view.getValue());
      }
    }
  }

  /** A statement that only the second fence holds: for its test. */
  Statement unguarded() throws SQLException {
    return connection.createStatement();
  }

  @Override
  public void close() {
    timer.shutdownNow();
    try {
      connection.close();
    } catch (SQLException e) {
      // In memory, and only read from.
    }
  }
}
