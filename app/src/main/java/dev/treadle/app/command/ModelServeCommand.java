package dev.treadle.app.command;

import dev.treadle.app.local.LocalServer;
import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.Machine;
import dev.treadle.training.serving.LocalModel;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code treadle model serve}: a model of this machine behind OpenAI's API. */
@Command(
    name = "serve",
    description = ModelServeCommand.ABOUT,
    footer = {
      "",
      "The model is a folder as Hugging Face writes it (Llama, Qwen2, Qwen3), or a GGUF file, which llama.cpp runs. It",
      "answers one request at a time; a few may wait. Set the base address of a client to it, or make it an upstream of",
      "the gateway. It ends by Ctrl-C or SIGTERM.",
      "Examples:",
      "  treadle model serve --model models/tiny --for 0",
      "  treadle model serve --model models/tiny --adapter models/tuned/final_model --name mine --host 127.0.0.1 --port 0 --context 256 --threads 2 --for 0 --json"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ModelServeCommand implements Callable<Integer> {
  static final String ABOUT = "Serve a model of this machine to clients, as OpenAI does.";

  private final Machine machine;
  @Mixin private Common common = new Common();

  @Option(
      names = "--model",
      paramLabel = "PATH",
      required = true,
      description = "The model's folder (config.json, safetensors, tokenizer), or a GGUF file.")
  private Path model = Path.of("");

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description = "A LoRA adapter's folder; it is applied beside the model, not merged.")
  private @Nullable Path adapter;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What requests call the model; by default the name of its folder.")
  private @Nullable String name;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Where to listen; there are no keys, so think before you let others in.")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "0",
      description = "The port; 0 means any that is free (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--context",
      paramLabel = "N",
      description =
          "The most tokens of prompt and answer; by default the model's own, but no more than 8192.")
  private @Nullable Integer context;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that compute; by default as many as the machine has.")
  private @Nullable Integer threads;

  @Option(
      names = "--for",
      paramLabel = "SECONDS",
      description = "End after so many seconds; without it, when told to.")
  private @Nullable Long seconds;

  /** Where it serves. */
  record Result(URI url, String model, int context) {}

  ModelServeCommand(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    Path folder = machine.folder().resolve(model).normalize();
    String served = checked(folder);
    CountDownLatch told = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    try (LocalModel local = LocalModel.open(settings(folder));
        LocalServer server = LocalServer.start(local, serverSettings(served))) {
      machine
          .whenTold()
          .accept(
              () -> {
                told.countDown();
                await(done, null);
              });
      if (!server.isLocalOnly()) {
        machine.err().println("anyone who reaches " + server.url() + " can use it: it has no keys");
      }
      common.print(
          machine,
          new Result(server.url(), served, local.context()),
          it -> {
            machine.out().println("Serving " + it.model() + " on " + it.url() + "/v1");
            machine.out().flush();
          });
      await(told, seconds);
    } finally {
      done.countDown();
    }
    return 0;
  }

  private String checked(Path folder) {
    if (port < 0 || port > 65_535) {
      throw AppError.OPTION_INVALID.because("--port is " + port + ": it must be from 0 to 65535");
    }
    if (threads != null && (threads < 1 || threads > 1024)) {
      throw AppError.OPTION_INVALID.because("--threads is " + threads + ": from 1 to 1024");
    }
    if (!Files.exists(folder)) {
      throw AppError.NOT_FOUND.because("there is no " + folder + " (--model)");
    }
    String given = name == null ? String.valueOf(folder.getFileName()) : name;
    if (given.isBlank() || given.length() > 200) {
      throw AppError.OPTION_INVALID.because("--name has no letter, or over 200");
    }
    return given;
  }

  private LocalModel.Settings settings(Path folder) {
    return new LocalModel.Settings(
        folder,
        Optional.ofNullable(adapter).map(it -> machine.folder().resolve(it).normalize()),
        context == null ? OptionalInt.empty() : OptionalInt.of(context),
        threads == null ? Runtime.getRuntime().availableProcessors() : threads,
        machine.availableMemory().get().orElse(Long.MAX_VALUE));
  }

  private LocalServer.Settings serverSettings(String served) {
    return new LocalServer.Settings(
        host,
        port,
        served,
        machine.clock().instant(),
        machine.clock(),
        machine.nanos(),
        machine.random(),
        line -> machine.err().println(line));
  }

  private static void await(CountDownLatch latch, @Nullable Long limitSeconds) {
    try {
      if (limitSeconds == null) {
        latch.await();
      } else {
        boolean _ = latch.await(limitSeconds, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw AppError.NO_ANSWER.because("the wait was interrupted", e);
    }
  }
}
