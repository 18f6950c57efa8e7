package dev.treadle.app.workspace;

import dev.treadle.store.Lake;
import dev.treadle.store.LakeLimits;
import dev.treadle.store.LakeSettings;
import dev.treadle.store.SystemDisk;
import dev.treadle.store.redaction.Redactor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A folder with a {@code treadle.yaml}, and the lake that it names. */
public final class Workspace {
  /** The configuration's file name. */
  public static final String FILE = "treadle.yaml";

  private final Machine machine;
  private final Path folder;
  private final Configuration configuration;

  private Workspace(Machine machine, Path folder, Configuration configuration) {
    this.machine = machine;
    this.folder = folder;
    this.configuration = configuration;
  }

  /**
   * The workspace in {@code given}, or else in the current folder or the nearest one above it.
   *
   * @throws dev.treadle.transcript.TreadleException if there is none, or its configuration is wrong
   */
  public static Workspace find(Machine machine, Optional<Path> given) {
    if (given.isPresent()) {
      Path folder = machine.folder().resolve(given.get()).normalize();
      if (!Files.isRegularFile(folder.resolve(FILE))) {
        throw AppError.NO_WORKSPACE.because(
            folder
                + " has no "
                + FILE
                + ": make it a workspace with treadle init --workspace "
                + given.get());
      }
      return at(machine, folder);
    }
    for (Path folder = machine.folder(); folder != null; folder = folder.getParent()) {
      if (Files.isRegularFile(folder.resolve(FILE))) {
        return at(machine, folder);
      }
    }
    throw AppError.NO_WORKSPACE.because(
        "no "
            + FILE
            + " in "
            + machine.folder()
            + " or above it: begin with treadle init, or name one with --workspace");
  }

  private static Workspace at(Machine machine, Path folder) {
    Path file = folder.resolve(FILE);
    try {
      return new Workspace(
          machine, folder, Configuration.parse(Files.readString(file), file.toString()));
    } catch (IOException e) {
      throw AppError.WORKSPACE_UNUSABLE.because(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  public Path folder() {
    return folder;
  }

  public Configuration configuration() {
    return configuration;
  }

  public Machine machine() {
    return machine;
  }

  /** The lake for writing; made if it is not there yet. */
  public Lake open() {
    Path root = root();
    return Files.exists(root.resolve("FORMAT"))
        ? Lake.open(root, settings())
        : Lake.create(root, settings());
  }

  /** The lake for reading; it must be there. */
  public Lake openReadOnly() {
    Path root = root();
    if (!Files.exists(root.resolve("FORMAT"))) {
      throw AppError.NOT_FOUND.because(
          "there is no lake in " + root + " yet: fill it with treadle import");
    }
    return Lake.openReadOnly(root, settings());
  }

  /** The redactor that the configuration asks for. */
  public Redactor redactor() {
    return configuration.redactionOff().isEmpty()
        ? Redactor.standard()
        : Redactor.without(configuration.redactionOff());
  }

  /** Where Claude Code's sessions are, by the configuration; they may not exist. */
  public List<Path> claudeCode() {
    return configuration.claudeCode().stream().map(this::path).toList();
  }

  /** A path of the configuration or the command line, with {@code ~} for the user's folder. */
  public Path path(String written) {
    if (written.equals("~") || written.startsWith("~/")) {
      return machine.home().resolve(written.substring(Math.min(2, written.length()))).normalize();
    }
    return folder.resolve(written).normalize();
  }

  /** The lake's folder, whether it is there or not. */
  public Path root() {
    return path(configuration.lake());
  }

  private LakeSettings settings() {
    return new LakeSettings(
        new SystemDisk(),
        machine.clock(),
        machine.random(),
        machine.processId(),
        LakeLimits.DEFAULT);
  }
}
