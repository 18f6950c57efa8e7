package dev.treadle.app.command;

import dev.treadle.app.workspace.Machine;
import dev.treadle.store.Lake;
import dev.treadle.store.LakeSql;
import dev.treadle.store.Rows;
import dev.treadle.transcript.Json;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code treadle data query}: SQL over the lake, for reading only. */
@Command(
    name = "query",
    description = DataQueryCommand.ABOUT,
    footer = {
      "",
      "Views: one a stream (examples, …; examples_log has all revisions) and one a dataset version, such as",
      "\"main/1\". A statement cannot touch a file outside the lake, nor write one inside.",
      "Examples:",
      "  treadle data query \"select task, count(*) from examples group by all\"",
      "  treadle data query --json \"select id, source.key from examples limit 3\"",
      "  treadle data query --limit 5 --timeout 10 --memory 512 \"select * from \\\"main/1\\\"\""
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DataQueryCommand implements Callable<Integer> {
  static final String ABOUT =
      "Ask the lake in SQL (DuckDB's); statements that read, and nothing else.";

  private static final int WIDEST = 80;

  private final Machine machine;
  @Mixin private Common common = new Common();

  @Parameters(paramLabel = "SQL", description = "One SELECT.")
  private String sql = "";

  @Option(
      names = "--limit",
      paramLabel = "ROWS",
      defaultValue = "1000",
      description = "At most so many rows (default: ${DEFAULT-VALUE}).")
  private long limit = 1000;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "Give up after this time (default: ${DEFAULT-VALUE}).")
  private long timeoutSeconds = 60;

  @Option(
      names = "--memory",
      paramLabel = "MB",
      defaultValue = "2048",
      description =
          "At most so much memory for the database; long records need more (default: ${DEFAULT-VALUE}).")
  private long memoryMegabytes = 2048;

  DataQueryCommand(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    LakeSql.Budget budget =
        new LakeSql.Budget(
            memoryMegabytes << 20,
            LakeSql.Budget.DEFAULT.threads(),
            limit,
            Duration.ofSeconds(timeoutSeconds));
    try (Lake lake = common.workspace(machine).openReadOnly();
        LakeSql database = lake.sql(budget);
        Rows rows = database.query(sql, budget)) {
      if (common.json()) {
        json(rows);
      } else {
        text(rows);
      }
    }
    return 0;
  }

  private void json(Rows rows) {
    while (rows.hasNext()) {
      List<@Nullable Object> row = rows.next();
      ObjectNode line = Json.object();
      for (int i = 0; i < row.size(); i++) {
        line.set(rows.columns().get(i), Json.mapper().valueToTree(row.get(i)));
      }
      machine.out().println(line);
    }
  }

  private void text(Rows rows) {
    PrintStream out = machine.out();
    Table table = new Table();
    table.row(rows.columns().toArray());
    long count = 0;
    while (rows.hasNext()) {
      table.row(rows.next().stream().map(DataQueryCommand::cell).toArray());
      count++;
    }
    table.print(out, "");
    out.println(
        "("
            + count
            + (count == 1 ? " row" : " rows")
            + (count == limit ? ", the most that --limit allows" : "")
            + ")");
  }

  private static String cell(@Nullable Object value) {
    String text = value == null ? "" : String.valueOf(value).replaceAll("\\s+", " ");
    return text.length() <= WIDEST
        ? text
        : text.substring(0, text.offsetByCodePoints(0, WIDEST / 2)) + "…";
  }
}
