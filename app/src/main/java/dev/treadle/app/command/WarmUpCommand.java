package dev.treadle.app.command;

import dev.treadle.app.workspace.Folders;
import dev.treadle.app.workspace.Machine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * Runs short versions of the usual commands, so that the launcher can record what the program
 * loads. Hidden.
 */
@Command(
    name = "warm-up",
    hidden = true,
    description = "Exercise the program for the launcher's cache.")
final class WarmUpCommand implements Callable<Integer> {
  private final Machine machine;

  WarmUpCommand(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("treadle-warm-up");
    try (PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      Machine quiet =
          new Machine(
              machine.clock(),
              machine.random(),
              new ByteArrayInputStream(new byte[0]),
              nowhere,
              nowhere,
              false,
              Map.of("OLLAMA_HOST", "127.0.0.1:9"), // Nobody's server is asked.
              folder,
              folder,
              machine.user(),
              machine.processId(),
              machine.nanos(),
              _ -> {},
              machine.availableMemory());
      for (List<String> words :
          List.of(
              List.of("--help"),
              List.of("import", "--help"),
              List.of("demo", "--no-training", "--workspace", folder.resolve("demo").toString()),
              List.of("data", "show", "--workspace", folder.resolve("demo").toString()),
              List.of("data", "show", "--json", "--workspace", folder.resolve("demo").toString()),
              List.of("data", "show", "ex_", "--workspace", folder.resolve("demo").toString()),
              List.of(
                  "data", "query", "--workspace", folder.resolve("demo").toString(), "select 1"),
              List.of(
                  "serve",
                  "--for",
                  "1",
                  "--listen",
                  "127.0.0.1:0",
                  "--workspace",
                  folder.resolve("demo").toString()),
              List.of("init", "--yes", "--workspace", folder.resolve("new").toString()),
              List.of("no-such-command"))) {
        String[] typed = words.toArray(String[]::new);
        RootCommand.line(quiet, typed).execute(typed);
      }
    } finally {
      Folders.delete(folder);
    }
    return 0;
  }
}
