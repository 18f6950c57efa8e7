package dev.treadle.store;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Measures the lake on this machine's disk. Arguments: {@code lake <folder>} or {@code kill
 * <folder> <rounds>}. Ends with 1 where a figure is below its bar or anything was lost.
 */
public final class LakeBench {
  private static final double BAR_MB_PER_CPU_SECOND = 150;
  private static final int LINE = 4096;
  private static final int LINES = 400_000;

  private final Path folder;
  private final PrintStream out;
  private boolean passed = true;

  private LakeBench(Path folder, PrintStream out) {
    this.folder = folder;
    this.out = out;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    PrintStream out = System.out;
    Path folder = Files.createTempDirectory(Path.of(arguments[1]), "lake-bench");
    LakeBench bench = new LakeBench(folder, out);
    if (arguments[0].equals("kill")) {
      bench.kill(Integer.parseInt(arguments[2]));
    } else {
      bench.appendAndRead();
      bench.latency();
      bench.recovery();
    }
    System.exit(bench.passed ? 0 : 1);
  }

  private void kill(int rounds) throws IOException, InterruptedException {
    LakeKills.Outcome outcome = new LakeKills(folder, System.nanoTime()).run(rounds);
    out.printf(
        "kill: %d rounds of 4 processes, acknowledged %d, read %d, lost %d, double %d, cut tails %d%n",
        rounds,
        outcome.acknowledged(),
        outcome.read(),
        outcome.lost(),
        outcome.doubled(),
        outcome.cutSegments());
    passed = outcome.lost() == 0 && outcome.doubled() == 0 && outcome.acknowledged() > 0;
  }

  private LakeSettings settings(LakeLimits limits) {
    return new LakeSettings(
        new SystemDisk(), InstantSource.system(), new SecureRandom(), 0, limits);
  }

  /** Text that compresses about as prose does. */
  private static List<byte[]> lines(int count) {
    Random random = new Random(7);
    String[] words = new String[4000];
    for (int i = 0; i < words.length; i++) {
      words[i] = Integer.toString(random.nextInt(1 << 24), 36);
    }
    List<byte[]> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder();
      while (text.length() < LINE - 120) {
        text.append(words[(int) Math.abs(random.nextGaussian() * 400) % words.length]).append(' ');
      }
      lines.add(Lakes.line("ex_" + i, "d" + i, text.toString()));
    }
    return lines;
  }

  private static double cpuSeconds() {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getProcessCpuTime() / 1e9;
  }

  private void appendAndRead() {
    List<byte[]> lines = lines(2000);
    Path root = folder.resolve("append");
    // Sealing is measured apart: here it would come at the end only.
    Lake lake = Lake.create(root, settings(LakeLimits.DEFAULT.withSegmentBytes(1L << 40)));
    append(lake, lines, 50_000);
    double cpu = cpuSeconds();
    long start = System.nanoTime();
    long bytes = append(lake, lines, LINES);
    double wall = (System.nanoTime() - start) / 1e9;
    double used = cpuSeconds() - cpu;
    double perCore = bytes / 1e6 / used;
    out.printf(
        "append: %.0f MB/s of wall time, %.0f MB per CPU second (bar %.0f), %d lines of 4 KB, group commit%n",
        bytes / 1e6 / wall, perCore, BAR_MB_PER_CPU_SECOND, LINES);
    passed &= perCore >= BAR_MB_PER_CPU_SECOND;
    scan("scan, plain segment", lake);
    start = System.nanoTime();
    lake.seal();
    out.printf("seal: %.0f MB/s%n", bytes / 1e6 / ((System.nanoTime() - start) / 1e9));
    scan("scan, sealed segment", lake);
    start = System.nanoTime();
    int size = lake.heads(Stream.EXAMPLES).size();
    out.printf("heads: %d ids of %d lines in %.2f s%n", size, LINES, since(start));
    start = System.nanoTime();
    lake.heads(Stream.EXAMPLES);
    out.printf("heads, from the cache: %.3f s%n", since(start));
    lake.close();
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static long append(Lake lake, List<byte[]> lines, int count) {
    long bytes = 0;
    for (int i = 0; i < count; i++) {
      byte[] line = lines.get(i % lines.size());
      lake.appendLine(Stream.EXAMPLES, line, Durability.GROUP_COMMIT);
      bytes += line.length;
    }
    lake.flush();
    return bytes;
  }

  private void scan(String what, Lake lake) {
    long start = System.nanoTime();
    long bytes = 0;
    try (Lines lines = lake.read(Stream.EXAMPLES)) {
      while (lines.hasNext()) {
        bytes += lines.next().json().length;
      }
    }
    out.printf("%s: %.0f MB/s, every checksum checked%n", what, bytes / 1e6 / since(start));
  }

  private void latency() throws InterruptedException {
    List<byte[]> lines = lines(100);
    for (int callers : new int[] {1, 32}) {
      try (Lake lake =
          Lake.create(folder.resolve("latency" + callers), settings(LakeLimits.DEFAULT))) {
        int each = 3200 / callers;
        long[] nanos = new long[each * callers];
        List<Thread> threads = new ArrayList<>();
        for (int caller = 0; caller < callers; caller++) {
          int number = caller;
          threads.add(
              Thread.ofVirtual()
                  .start(
                      () -> {
                        for (int i = 0; i < each; i++) {
                          long start = System.nanoTime();
                          lake.appendLine(
                              Stream.EXCHANGES,
                              lines.get(i % lines.size()),
                              Durability.BEFORE_ANSWER);
                          nanos[number * each + i] = System.nanoTime() - start;
                        }
                      }));
        }
        for (Thread thread : threads) {
          thread.join();
        }
        Arrays.sort(nanos);
        out.printf(
            "before-answer, %d callers: p50 %.2f ms, p99 %.2f ms, max %.1f ms%n",
            callers,
            nanos[nanos.length / 2] / 1e6,
            nanos[nanos.length * 99 / 100] / 1e6,
            nanos[nanos.length - 1] / 1e6);
      }
    }
  }

  private void recovery() throws IOException {
    Path root = folder.resolve("recovery");
    Lake.create(root, settings(LakeLimits.DEFAULT)).close();
    Path day = Files.createDirectories(root.resolve("log/examples/2026-01-01"));
    List<byte[]> lines = lines(2000);
    long bytes = 0;
    try (Disk.Output output = new SystemDisk().create(day.resolve("dead-1.jsonl"))) {
      for (int i = 0; i < 60_000; i++) {
        byte[] line = Line.encode(lines.get(i % lines.size()), 1 << 20);
        DiskStreams.appendFully(output, ByteBuffer.wrap(line));
        bytes += line.length;
      }
    }
    long start = System.nanoTime();
    try (Lake lake = Lake.open(root, settings(LakeLimits.DEFAULT))) {
      out.printf(
          "recovery: an orphan of %.0f MB with %d lines in %.2f s, %.0f MB/s%n",
          bytes / 1e6, lake.recovered().lines(), since(start), bytes / 1e6 / since(start));
    }
  }
}
