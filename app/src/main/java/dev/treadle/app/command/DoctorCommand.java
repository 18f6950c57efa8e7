package dev.treadle.app.command;

import dev.treadle.app.workspace.Machine;
import dev.treadle.app.workspace.Workspace;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code treadle doctor}: checks the machine and the workspace. */
@Command(
    name = "doctor",
    description = DoctorCommand.ABOUT,
    footer = {
      "",
      "Exit code 1 where a check fails; a warning is none.",
      "Examples:",
      "  treadle doctor",
      "  treadle doctor --json"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DoctorCommand implements Callable<Integer> {
  static final String ABOUT =
      "Check the machine and the workspace, and say what to do where something is wrong.";

  private final Machine machine;
  @Mixin private Common common = new Common();

  /** Every check, and whether none failed. */
  record Result(String workspace, boolean healthy, List<Checkup.Finding> checks) {}

  DoctorCommand(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    Workspace workspace = common.workspace(machine);
    List<Checkup.Finding> findings = new Checkup(workspace).findings();
    boolean healthy = findings.stream().noneMatch(it -> it.state() == Checkup.State.FAILED);
    common.print(
        machine, new Result(workspace.folder().toString(), healthy, findings), this::print);
    return healthy ? 0 : 1;
  }

  private void print(Result result) {
    Table table = new Table();
    for (Checkup.Finding finding : result.checks()) {
      table.row(finding.state().name().toLowerCase(Locale.ROOT), finding.what(), finding.detail());
    }
    table.print(machine.out(), "");
    machine.out().println(result.healthy() ? "Nothing failed." : "Something failed: see above.");
  }
}
