package dev.treadle.app;

import dev.treadle.app.command.RootCommand;
import dev.treadle.app.workspace.AvailableMemory;
import dev.treadle.app.workspace.Machine;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;

/**
 * The program. Here, and nowhere else, the clock, the console and the environment are the real
 * ones.
 */
public final class Treadle {
  /** Whether the program ends by itself, with an exit code of its own. */
  private static volatile boolean isOver;

  private Treadle() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    int code = run(machine(), arguments);
    isOver = true;
    System.exit(code);
  }

  /** Runs one command over {@code machine} and gives its exit code. */
  public static int run(Machine machine, String... arguments) {
    int code = RootCommand.line(machine, arguments).execute(arguments);
    machine.out().flush();
    machine.err().flush();
    return code;
  }

  private static Machine machine() {
    return new Machine(
        Clock.systemUTC(),
        new SecureRandom(),
        new FileInputStream(FileDescriptor.in),
        stream(FileDescriptor.out),
        stream(FileDescriptor.err),
        isTerminal(),
        System.getenv(),
        Path.of("").toAbsolutePath(),
        Path.of(System.getProperty("user.home", "/")),
        System.getProperty("user.name", "unknown"),
        ProcessHandle.current().pid(),
        System::nanoTime,
        Treadle::whenTold,
        () -> AvailableMemory.read(Path.of("/")));
  }

  /** A program that did what it was told has not failed: its exit code is 0, not the signal's. */
  private static void whenTold(Runnable action) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (!isOver) {
                    action.run();
                    Runtime.getRuntime().halt(0);
                  }
                },
                "end"));
  }

  @SuppressWarnings("SystemConsoleNull") // The JDK says that it may be null; no check hurts.
  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /** UTF-8 whatever the locale: what is printed is data, and a C locale would spoil it. */
  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(
        new java.io.BufferedOutputStream(new FileOutputStream(descriptor), 1 << 13),
        descriptor == FileDescriptor.err,
        StandardCharsets.UTF_8);
  }
}
