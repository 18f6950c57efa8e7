package dev.treadle.app.workspace;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The machine that Treadle runs on, as far as a test may want another one. Only {@code
 * Treadle.main} names the real one.
 *
 * @param isTerminal whether a person sees the error stream, so that progress may be redrawn
 * @param folder the current folder
 * @param home the user's own folder
 * @param user the user's name
 * @param processId of this process
 * @param nanos a clock that never goes back, in nanoseconds from anywhere
 * @param whenTold takes what is to be done when the process is told to end (SIGTERM, Ctrl-C); the
 *     process waits for it
 * @param availableMemory the bytes that this process may still take; nothing where nobody knows
 */
public record Machine(
    InstantSource clock,
    RandomGenerator random,
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean isTerminal,
    Map<String, String> environment,
    Path folder,
    Path home,
    String user,
    long processId,
    LongSupplier nanos,
    Consumer<Runnable> whenTold,
    Supplier<OptionalLong> availableMemory) {}
