package dev.treadle.app.command;

import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.Machine;
import dev.treadle.store.Forgetting;
import dev.treadle.store.Lake;
import dev.treadle.store.Lines;
import dev.treadle.store.Stream;
import dev.treadle.transcript.DigestKey;
import dev.treadle.transcript.Example;
import dev.treadle.transcript.ExampleCodec;
import dev.treadle.transcript.Source;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code treadle forget}: takes examples out for good. */
@Command(
    name = "forget",
    description = ForgetCommand.ABOUT,
    footer = {
      "",
      "What is forgotten is hidden from every read at once, erased from the log, and not imported again;",
      "dataset versions that hold it are revoked: they stay listed and nothing reads them any more.",
      "Examples:",
      "  treadle forget --id ex_1f0c --dry-run",
      "  treadle forget --session 0fefa5bf-6860-49cb-a7e0-cad56994ef90 --yes",
      "  treadle forget --subject ann --yes",
      "A call through the gateway (xc_…) is forgotten with its whole conversation, as later calls repeat it,",
      "and with what was said of it."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ForgetCommand implements Callable<Integer> {
  static final String ABOUT =
      "Take examples and calls out of the lake for good: one, a session's, or a person's.";

  private final Machine machine;
  @Mixin private Common common = new Common();

  @ArgGroup(multiplicity = "1")
  private What what = new What();

  /** Which examples. */
  static final class What {
    @Option(
        names = "--id",
        paramLabel = "ID",
        description =
            "The example (ex_…), call through the gateway (xc_…) or feedback (fb_…) with this id.")
    private @Nullable String id;

    @Option(
        names = "--session",
        paramLabel = "NAME",
        description =
            "All examples of the session with this name, its branches and agents too; all calls of the conversation with this name.")
    private @Nullable String session;

    @Option(
        names = "--subject",
        paramLabel = "WHO",
        description =
            "All examples, calls and feedback of this person, as treadle.yaml or the login names them, or of this pseudonym (p_…).")
    private @Nullable String subject;
  }

  @Option(names = "--dry-run", description = "Only say how many examples it would be.")
  private boolean dryRun;

  @Option(names = "--yes", description = "Do it: without this, or --dry-run, nothing is done.")
  private boolean yes;

  /** What was, or would be, forgotten. */
  record Result(
      int examples,
      int exchanges,
      int feedback,
      boolean done,
      Optional<Forgetting.Erasure> erased) {}

  ForgetCommand(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    if (!dryRun && !yes) {
      throw AppError.NO_ANSWER.because(
          "forgetting cannot be undone: look with --dry-run first, then say --yes");
    }
    try (Lake lake = common.workspace(machine).open()) {
      Predicate<Example> wanted = matching(lake);
      Set<String> ids = ids(lake, Stream.EXAMPLES, wanted);
      ForgottenCalls calls = ForgottenCalls.find(lake, what.id, what.session, pseudonym(lake));
      ids.addAll(ids(lake, Stream.COMPARISONS, wanted.or(it -> calls.led(it.header().source()))));
      int examples = ids.size();
      ids.addAll(calls.exchanges());
      ids.addAll(calls.feedback());
      if (ids.isEmpty()) {
        throw AppError.NOT_FOUND.because(
            "nothing in the lake matches: treadle data show names some examples");
      }
      Optional<Forgetting.Erasure> erased = Optional.empty();
      if (!dryRun) {
        lake.forgetting().forget(ids);
        erased = Optional.of(lake.eraseForgotten());
      }
      common.print(
          machine,
          new Result(examples, calls.exchanges().size(), calls.feedback().size(), !dryRun, erased),
          this::print);
    }
    return 0;
  }

  private Predicate<Example> matching(Lake lake) {
    if (what.id != null) {
      String id = what.id;
      return example -> example.header().id().value().equals(id);
    }
    if (what.session != null) {
      String session = what.session;
      return example -> {
        Source source = example.header().source();
        return source.key().equals(session) || source.key().startsWith(session + "/");
      };
    }
    String pseudonym = pseudonym(lake);
    return example ->
        example.header().source().subject().filter(it -> it.equals(pseudonym)).isPresent();
  }

  private @Nullable String pseudonym(Lake lake) {
    String who = what.subject;
    return who == null || who.startsWith("p_")
        ? who
        : new DigestKey(lake.state().key()).pseudonym(who);
  }

  private static Set<String> ids(Lake lake, Stream stream, Predicate<Example> wanted) {
    Set<String> ids = new TreeSet<>();
    try (Lines lines = lake.latest(stream)) {
      lines.forEachRemaining(
          line -> {
            Example example = ExampleCodec.decode(line.json());
            if (wanted.test(example)) {
              ids.add(example.header().id().value());
            }
          });
    }
    return ids;
  }

  private void print(Result result) {
    String what =
        result.examples()
            + " examples"
            + (result.exchanges() == 0 ? "" : ", " + result.exchanges() + " calls")
            + (result.feedback() == 0 ? "" : ", " + result.feedback() + " feedback");
    if (!result.done()) {
      machine.out().println(what + " would be forgotten; with --yes they are");
      return;
    }
    machine.out().println(what + " are forgotten");
    result
        .erased()
        .ifPresent(
            it -> {
              machine
                  .out()
                  .println(
                      "  "
                          + it.erasedLines()
                          + " lines erased from "
                          + it.rewrittenSegments()
                          + " segments, "
                          + it.revokedVersions()
                          + " dataset versions revoked");
              if (it.openSegments() > 0) {
                machine
                    .out()
                    .println(
                        "  "
                            + it.openSegments()
                            + " segments belong to running processes: forget again when they ended");
              }
            });
  }
}
