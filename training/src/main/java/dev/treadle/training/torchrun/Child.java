package dev.treadle.training.torchrun;

import dev.treadle.training.TrainingError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program that was started, with all that it starts. What it says goes to a file. Its input is a
 * pipe that nothing is written to: when this process is gone, even if killed, it closes, and by
 * that the program knows.
 */
final class Child {
  private static final int MOST_OUTPUT = 1 << 16;

  private final Process process;

  private Child(Process process) {
    this.process = process;
  }

  /**
   * Starts one.
   *
   * @param output takes what it says, after what is there
   */
  static Child start(
      List<String> words, Path folder, Map<String, String> environment, Path output) {
    ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    try {
      return new Child(builder.start());
    } catch (IOException e) {
      throw TrainingError.PYTHON_UNFIT.because(
          words.getFirst() + " cannot be started (" + e.getMessage() + "): name Python by --python",
          e);
    }
  }

  /** Waits until it ended, but no longer than that: whether it did. */
  boolean ends(Duration within) {
    try {
      return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      end(Duration.ZERO);
      throw TrainingError.PROCESSES_FAILED.because("training was interrupted", e);
    }
  }

  /** Its exit code; from 129 on it was ended by the signal of that number less 128. */
  int code() {
    return process.exitValue();
  }

  /** Asks it and all that it started to end; who has not done so in time is killed. */
  void end(Duration grace) {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroy);
    for (ProcessHandle it : all) {
      try {
        it.onExit().get(grace.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        break;
      } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException _) {
        break; // The time is over for all of them.
      }
    }
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    all.forEach(ProcessHandle::destroyForcibly);
  }

  /** The end of what a program said. */
  static String said(Path output) {
    try {
      byte[] bytes = new byte[0];
      if (Files.exists(output)) {
        try (var channel = Files.newByteChannel(output)) {
          long from = Math.max(0, channel.size() - MOST_OUTPUT);
          var buffer = java.nio.ByteBuffer.allocate((int) (channel.size() - from));
          channel.position(from);
          while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
          bytes = buffer.array();
        }
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw TrainingError.reading(output, e);
    }
  }
}
