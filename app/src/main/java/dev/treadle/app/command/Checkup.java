package dev.treadle.app.command;

import dev.treadle.app.workspace.Machine;
import dev.treadle.app.workspace.Sizes;
import dev.treadle.app.workspace.Workspace;
import dev.treadle.intake.ClaudeCodeSessions;
import dev.treadle.intake.ImportCursors;
import dev.treadle.store.Lake;
import dev.treadle.store.LakeSql;
import dev.treadle.store.Lines;
import dev.treadle.store.ReadReport;
import dev.treadle.store.Rows;
import dev.treadle.store.Stream;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Looks at everything that has to be right for Treadle to work. */
final class Checkup {
  private static final long LITTLE_SPACE = 1L << 30;
  private static final long NO_SPACE = 64L << 20;

  private final Workspace workspace;
  private final List<Finding> findings = new ArrayList<>();

  /** How a check came out. */
  enum State {
    OK,
    WARNING,
    FAILED
  }

  /** One check. */
  record Finding(State state, String what, String detail) {}

  Checkup(Workspace workspace) {
    this.workspace = workspace;
  }

  List<Finding> findings() {
    add(State.OK, "configuration", workspace.folder().resolve(Workspace.FILE) + " is right");
    add(State.OK, "Java", Runtime.version().toString());
    space();
    sources();
    if (Files.exists(workspace.root().resolve("FORMAT"))) {
      check("lake", this::lake);
      check("SQL", this::sql);
      key();
    } else {
      add(State.WARNING, "lake", "there is none yet: treadle import makes it");
    }
    ollama();
    return findings;
  }

  private void add(State state, String what, String detail) {
    findings.add(new Finding(state, what, detail));
  }

  private void check(String what, Supplier<Finding> check) {
    try {
      findings.add(check.get());
    } catch (TreadleException e) {
      add(State.FAILED, what, String.valueOf(e.getMessage()));
    }
  }

  private void space() {
    try {
      long free = Files.getFileStore(workspace.folder()).getUsableSpace();
      State state = free < NO_SPACE ? State.FAILED : free < LITTLE_SPACE ? State.WARNING : State.OK;
      String advice =
          state == State.OK ? "" : ": free some, an import needs room for what it keeps";
      add(state, "disk", Sizes.of(free) + " free" + advice);
    } catch (IOException e) {
      add(State.WARNING, "disk", "its free space cannot be told: " + e.getMessage());
    }
    if (!Files.isWritable(workspace.folder())) {
      add(State.FAILED, "folder", workspace.folder() + " cannot be written");
    }
  }

  private void sources() {
    for (Path place : workspace.claudeCode()) {
      ClaudeCodeSessions.Found found =
          ClaudeCodeSessions.find(List.of(place), ImportCursors.none());
      if (found.files() > 0) {
        add(
            State.OK,
            "Claude Code",
            place + ": " + found.files() + " sessions, " + Sizes.of(found.bytes()));
      } else {
        String why = Files.exists(place) ? "holds no sessions" : "does not exist";
        add(
            State.WARNING,
            "Claude Code",
            place + " " + why + ": see sources.claude-code in " + Workspace.FILE);
      }
    }
  }

  /** Opening recovers what dead processes left; reading checks every line against its checksum. */
  private Finding lake() {
    try (Lake lake = workspace.open()) {
      long records = 0;
      long damaged = 0;
      for (Stream stream : Stream.values()) {
        try (Lines lines = lake.read(stream)) {
          lines.forEachRemaining(_ -> {});
          ReadReport report = lines.report();
          records += report.records();
          damaged += report.damagedLines() + report.damagedSegments();
        }
      }
      String recovered =
          lake.recovered().segments() == 0
              ? ""
              : ", "
                  + lake.recovered().segments()
                  + " segments of dead processes recovered, "
                  + lake.recovered().cutBytes()
                  + " bytes of torn lines set aside";
      if (damaged > 0) {
        return new Finding(
            State.FAILED,
            "lake",
            damaged + " damaged lines or segments: restore the lake from a copy");
      }
      List<String> troubles = lake.troubles();
      return troubles.isEmpty()
          ? new Finding(State.OK, "lake", records + " lines, all whole" + recovered)
          : new Finding(State.WARNING, "lake", String.join("; ", troubles));
    }
  }

  private Finding sql() {
    try (Lake lake = workspace.openReadOnly();
        LakeSql database = lake.sql(LakeSql.Budget.DEFAULT);
        Rows rows = database.query("select count(*) from examples", LakeSql.Budget.DEFAULT)) {
      return new Finding(
          State.OK, "SQL", "DuckDB answers: " + rows.next().getFirst() + " examples");
    }
  }

  private void key() {
    Path key = workspace.root().resolve("state").resolve("key");
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(key);
      boolean open =
          permissions.contains(PosixFilePermission.GROUP_READ)
              || permissions.contains(PosixFilePermission.OTHERS_READ);
      add(
          open ? State.FAILED : State.OK,
          "key",
          open ? key + " can be read by others: chmod 600 " + key : "readable by its owner only");
    } catch (IOException | UnsupportedOperationException e) {
      add(State.WARNING, "key", "its permissions cannot be told");
    }
  }

  private void ollama() {
    Machine machine = workspace.machine();
    Findings.ollama(machine)
        .ifPresentOrElse(
            it -> add(State.OK, "Ollama", it.address() + ": " + it.models().size() + " models"),
            () -> add(State.OK, "Ollama", "does not answer (nothing needs it yet)"));
  }
}
