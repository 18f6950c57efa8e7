package dev.treadle.app.command;

import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.Machine;
import dev.treadle.app.workspace.Workspace;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** The options that every command has, and how a result is printed. */
public final class Common {
  private static final JsonMapper RESULTS =
      Json.mapper().rebuild().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  @Option(
      names = "--workspace",
      paramLabel = "DIR",
      description = "The workspace: by default the folder of the nearest treadle.yaml.")
  private @Nullable Path workspace;

  @Option(
      names = "--json",
      description = "Print the result as JSON: one object, or one a line where it is a list.")
  private boolean json;

  Optional<Path> folder() {
    return Optional.ofNullable(workspace);
  }

  Workspace workspace(Machine machine) {
    return Workspace.find(machine, folder());
  }

  /** For what works without one, too: one that is named must be there. */
  Optional<Workspace> workspaceIfAny(Machine machine) {
    try {
      return Optional.of(workspace(machine));
    } catch (TreadleException e) {
      if (e.code() == AppError.NO_WORKSPACE && workspace == null) {
        return Optional.empty();
      }
      throw e;
    }
  }

  boolean json() {
    return json;
  }

  /** Prints a result: as JSON with snake_case names, or as {@code text} says it to people. */
  <T> void print(Machine machine, T result, Consumer<T> text) {
    if (json) {
      machine.out().println(RESULTS.writeValueAsString(result));
    } else {
      text.accept(result);
    }
    machine.out().flush();
  }
}
