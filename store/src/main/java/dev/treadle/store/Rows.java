package dev.treadle.store;

import dev.treadle.transcript.TreadleException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ScheduledFuture;
import org.duckdb.DuckDBStruct;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a query, as they come. A value is null, a {@code String}, {@code Boolean}, {@code
 * Long}, {@code BigInteger}, {@code Double}, {@code BigDecimal}, a {@code List} or a {@code Map};
 * JSON, times and anything else are text. Must be closed.
 */
public final class Rows implements Iterator<List<@Nullable Object>>, AutoCloseable {
  private final Statement statement;
  private final ResultSet result;
  private final ScheduledFuture<?> alarm;
  private final Deadline deadline;
  private final long limit;
  private final List<String> columns;
  private long given;
  private boolean truncated;
  private @Nullable List<@Nullable Object> ready;

  /** Ends a statement when its time is over. */
  static final class Deadline {
    private final Duration time;
    private volatile boolean over;

    Deadline(Duration time) {
      this.time = time;
    }

    void strike(Statement statement) {
      over = true;
      try {
        statement.cancel();
      } catch (SQLException e) {
        // It ended by itself.
      }
    }

    boolean isOver() {
      return over;
    }

    TreadleException failure(SQLException e) {
      return StoreError.SQL_TIMEOUT.because(
          "the query took longer than " + time.toMillis() + " ms: ask for less of it", e);
    }
  }

  Rows(
      Statement statement,
      ResultSet result,
      ScheduledFuture<?> alarm,
      Deadline deadline,
      long limit)
      throws SQLException {
    this.statement = statement;
    this.result = result;
    this.alarm = alarm;
    this.deadline = deadline;
    this.limit = limit;
    ResultSetMetaData meta = result.getMetaData();
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= meta.getColumnCount(); i++) {
      names.add(meta.getColumnLabel(i));
    }
    this.columns = List.copyOf(names);
  }

  public List<String> columns() {
    return columns;
  }

  /** Whether there were more rows than the budget allows; known when {@link #hasNext} says no. */
  public boolean isTruncated() {
    return truncated;
  }

  @Override
  public boolean hasNext() {
    if (ready != null) {
      return true;
    }
    if (truncated) {
      return false;
    }
    try {
      if (!result.next()) {
        return false;
      }
      if (given == limit) {
        truncated = true;
        return false;
      }
      ready = row();
      return true;
    } catch (SQLException e) {
      throw deadline.isOver() ? deadline.failure(e) : StoreError.querying(e);
    }
  }

  private List<@Nullable Object> row() throws SQLException {
    List<@Nullable Object> row = new ArrayList<>();
    for (int i = 1; i <= columns.size(); i++) {
      row.add(value(result.getObject(i)));
    }
    return row;
  }

  private static @Nullable Object value(@Nullable Object raw) throws SQLException {
    return switch (raw) {
      case null -> null;
      case String text -> text;
      case Boolean bool -> bool;
      case Long number -> number;
      case Integer number -> (long) number;
      case Short number -> (long) number;
      case Byte number -> (long) number;
      case Double number -> number;
      case Float number -> (double) number;
      case BigInteger number -> number.bitLength() < Long.SIZE ? number.longValue() : number;
      case BigDecimal number -> number;
      case Array array -> values(Arrays.asList((Object[]) array.getArray()));
      case DuckDBStruct struct -> values(struct.getMap());
      case List<?> list -> values(list);
      case Map<?, ?> map -> values(map);
      default -> raw.toString();
    };
  }

  private static List<@Nullable Object> values(List<?> raw) throws SQLException {
    List<@Nullable Object> values = new ArrayList<>();
    for (Object item : raw) {
      values.add(value(item));
    }
    return Collections.unmodifiableList(values);
  }

  private static Map<String, @Nullable Object> values(Map<?, ?> raw) throws SQLException {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : raw.entrySet()) {
      values.put(String.valueOf(entry.getKey()), value(entry.getValue()));
    }
    return Collections.unmodifiableMap(values);
  }

  @Override
  public List<@Nullable Object> next() {
    if (!hasNext() || ready == null) {
      throw new NoSuchElementException();
    }
    List<@Nullable Object> row = ready;
    ready = null;
    given++;
    return row;
  }

  @Override
  public void close() {
    alarm.cancel(false);
    try (statement) {
      result.close();
    } catch (SQLException e) {
      // Only read from.
    }
  }
}
