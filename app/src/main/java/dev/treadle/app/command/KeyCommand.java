package dev.treadle.app.command;

import dev.treadle.app.workspace.Machine;
import dev.treadle.gateway.ApiKeys;
import dev.treadle.gateway.Secret;
import dev.treadle.store.Lake;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code treadle key}: who may use the gateway. */
@Command(
    name = "key",
    description = KeyCommand.ABOUT,
    footer = {"", "Examples:", "  treadle key list"},
    mixinStandardHelpOptions = true)
final class KeyCommand implements Callable<Integer> {
  static final String ABOUT =
      "Make, list and revoke the keys of the gateway; without any, every local client may use it.";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return 0;
  }

  /** {@code treadle key create}. */
  @Command(
      name = "create",
      description = Create.ABOUT,
      footer = {
        "",
        "A running gateway takes the change over by itself.",
        "Examples:",
        "  treadle key create phone",
        "  treadle key create team --route default --route fast",
        "  treadle key create operator --admin",
        "  treadle key create evaluator --internal"
      },
      mixinStandardHelpOptions = true,
      sortOptions = false)
  static final class Create implements Callable<Integer> {
    static final String ABOUT = "Make a key and print it, once: only its hash is kept.";

    private final Machine machine;
    @Mixin private Common common = new Common();

    @Parameters(
        paramLabel = "NAME",
        description = "Whose key it is; exchanges carry its pseudonym.")
    private String name = "";

    @Option(
        names = "--route",
        paramLabel = "NAME",
        description = "A route that it may use; may be given several times; without it: all.")
    private List<String> routes = new ArrayList<>();

    @Option(names = "--admin", description = "It may ask for /admin and /metrics.")
    private boolean admin;

    @Option(
        names = "--internal",
        description = "It may say for what purpose it calls, by the header x-treadle-purpose.")
    private boolean internal;

    /** The key: printed once. */
    record Made(String name, String key) {}

    Create(Machine machine) {
      this.machine = machine;
    }

    @Override
    public Integer call() {
      try (Lake lake = common.workspace(machine).open()) {
        Secret key =
            ApiKeys.create(
                lake.state(),
                new ApiKeys.Grant(name, Set.copyOf(routes), admin, internal),
                machine.clock().instant(),
                machine.random());
        common.print(machine, new Made(name, key.value()), it -> machine.out().println(it.key()));
      }
      return 0;
    }
  }

  /** {@code treadle key list}. */
  @Command(
      name = "list",
      description = Listing.ABOUT,
      footer = {"", "Examples:", "  treadle key list"},
      mixinStandardHelpOptions = true,
      sortOptions = false)
  static final class Listing implements Callable<Integer> {
    static final String ABOUT = "List the keys by name, with what they may do.";

    private final Machine machine;
    @Mixin private Common common = new Common();

    /** A key without itself. */
    record Key(String name, List<String> routes, boolean admin, boolean internal, String created) {}

    /** All of them. */
    record Keys(List<Key> keys) {}

    Listing(Machine machine) {
      this.machine = machine;
    }

    @Override
    public Integer call() {
      try (Lake lake = common.workspace(machine).openReadOnly()) {
        List<Key> keys =
            ApiKeys.read(lake.state()).list().stream()
                .map(
                    it ->
                        new Key(
                            it.name(),
                            it.routes().stream().sorted().toList(),
                            it.admin(),
                            it.internal(),
                            it.created().toString()))
                .toList();
        common.print(machine, new Keys(keys), this::print);
      }
      return 0;
    }

    private void print(Keys result) {
      if (result.keys().isEmpty()) {
        machine.out().println("no keys: every client of this machine may use the gateway");
        return;
      }
      Table table = new Table();
      for (Key key : result.keys()) {
        table.row(
            key.name(),
            key.routes().isEmpty() ? "all" : String.join(", ", key.routes()),
            (key.admin() ? "admin " : "") + (key.internal() ? "internal" : ""),
            key.created());
      }
      table.print(machine.out(), "");
    }
  }

  /** {@code treadle key revoke}. */
  @Command(
      name = "revoke",
      description = Revoke.ABOUT,
      footer = {"", "Examples:", "  treadle key revoke laptop"},
      mixinStandardHelpOptions = true,
      sortOptions = false)
  static final class Revoke implements Callable<Integer> {
    static final String ABOUT =
        "Take a key's rights away; a running gateway does so within a second.";

    private final Machine machine;
    @Mixin private Common common = new Common();

    @Parameters(paramLabel = "NAME", description = "The name it was made with.")
    private String name = "";

    /** Which key it was. */
    record Revoked(String revoked) {}

    Revoke(Machine machine) {
      this.machine = machine;
    }

    @Override
    public Integer call() {
      try (Lake lake = common.workspace(machine).open()) {
        ApiKeys.revoke(lake.state(), name);
        common.print(
            machine, new Revoked(name), it -> machine.out().println("revoked " + it.revoked()));
      }
      return 0;
    }
  }
}
