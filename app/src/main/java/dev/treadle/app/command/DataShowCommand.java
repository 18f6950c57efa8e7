package dev.treadle.app.command;

import dev.treadle.app.workspace.Machine;
import dev.treadle.store.Lake;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code treadle data show}: what is in the lake, or one example of it. */
@Command(
    name = "show",
    description = DataShowCommand.ABOUT,
    footer = {"", "Examples:", "  treadle data show", "  treadle data show ex_1f0c"},
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DataShowCommand implements Callable<Integer> {
  static final String ABOUT =
      "Show what is in the lake, one example as a conversation, or one call to a model.";

  private final Machine machine;
  @Mixin private Common common = new Common();

  @Parameters(
      paramLabel = "ID",
      arity = "0..1",
      description =
          "The id of an example (ex_…) or of a call (xc_…), or its beginning; by default a summary of the lake.")
  private @Nullable String id;

  DataShowCommand(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    try (Lake lake = common.workspace(machine).openReadOnly()) {
      if (id == null) {
        common.print(machine, LakeSummary.of(lake), it -> LakeSummary.print(machine.out(), it));
      } else if (id.startsWith("xc_")) {
        ExchangeView.print(machine.out(), lake, id, common.json());
      } else {
        ExampleView.print(machine.out(), lake, id, common.json());
      }
    }
    return 0;
  }
}
