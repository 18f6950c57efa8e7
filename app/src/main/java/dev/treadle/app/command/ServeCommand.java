package dev.treadle.app.command;

import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.Machine;
import dev.treadle.app.workspace.Workspace;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code treadle serve}: the gateway. */
@Command(
    name = "serve",
    description = ServeCommand.ABOUT,
    footer = {
      "",
      "Set the base address of a client to it: OPENAI_BASE_URL=http://127.0.0.1:8484/v1 or",
      "ANTHROPIC_BASE_URL=http://127.0.0.1:8484. It ends by Ctrl-C or SIGTERM, after the streams under way.",
      "Examples:",
      "  treadle serve --listen 127.0.0.1:0 --for 1"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ServeCommand implements Callable<Integer> {
  static final String ABOUT =
      "Serve models to clients as OpenAI and Anthropic do, by the routes in treadle.yaml, and keep every exchange.";

  private final Machine machine;
  @Mixin private Common common = new Common();

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS",
      description = "Where to listen, in place of serve.listen; port 0 means any that is free.")
  private @Nullable String listen;

  @Option(
      names = "--for",
      paramLabel = "SECONDS",
      description = "End after so many seconds; without it, when told to.")
  private @Nullable Long seconds;

  /** Where it serves. */
  record Result(URI url, String workspace) {}

  ServeCommand(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    Workspace workspace = common.workspace(machine);
    CountDownLatch told = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    boolean whole;
    try (ServeRun run =
        ServeRun.start(workspace, Optional.ofNullable(listen), new JsonLog(machine))) {
      machine
          .whenTold()
          .accept(
              () -> {
                told.countDown();
                await(done, Optional.empty());
              });
      common.print(
          machine,
          new Result(run.url(), workspace.folder().toString()),
          it -> {
            machine.out().println("Serving on " + it.url() + " for " + it.workspace());
            machine.out().println("  OPENAI_BASE_URL=" + it.url() + "/v1");
            machine.out().println("  ANTHROPIC_BASE_URL=" + it.url());
          });
      run.watch();
      await(told, Optional.ofNullable(seconds).map(Duration::ofSeconds));
      whole = run.drain();
    } finally {
      done.countDown();
    }
    return whole ? 0 : 1;
  }

  private static void await(CountDownLatch latch, Optional<Duration> limit) {
    try {
      if (limit.isEmpty()) {
        latch.await();
      } else {
        boolean _ = latch.await(limit.get().toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw AppError.NO_ANSWER.because("the wait was interrupted", e);
    }
  }
}
