package dev.treadle.store;

import dev.treadle.store.redaction.Redactor;
import dev.treadle.transcript.Exchange;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/**
 * Measures the exchanges' door: {@code write} for what one record costs its caller, {@code append}
 * for the whole way at a rate, from many virtual threads.
 */
public final class ExchangeBench {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final String WORDS =
      "the order arrived with a torn cover and I would like to have my money back please can you "
          + "check whether order 1042 was sent on Monday or later since the label says 17 November ";
  private static long sink;

  private ExchangeBench() {}

  public static void main(String[] args) throws Exception {
    if (args.length == 0 || args[0].equals("write")) {
      write();
    }
    if (args.length == 0 || args[0].equals("append")) {
      append(
          args.length > 1 ? Integer.parseInt(args[1]) : 25_000,
          args.length > 2 ? Integer.parseInt(args[2]) : 10);
    }
  }

  /** Requests of 600 bytes, answers of 900. */
  private static List<Exchange> records(int count) {
    SplittableRandom random = new SplittableRandom(1);
    List<Exchange> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      records.add(
          Exchanges.answered(
              Instant.parse("2026-11-20T08:00:00.123Z").plusMillis(i),
              random,
              text(random, 500),
              text(random, 660)));
    }
    return records;
  }

  private static String text(SplittableRandom random, int length) {
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      int at = WORDS.lastIndexOf(' ', random.nextInt(WORDS.length() - 1)) + 1;
      text.append(WORDS, at, WORDS.indexOf(' ', at) + 1);
      text.append(random.nextInt(20) == 0 ? "\n" : "");
    }
    return text.toString();
  }

  private static void write() throws IOException {
    List<Exchange> records = records(2000);
    Path folder = Files.createTempDirectory("exchanges");
    try (Lake lake = Lakes.create(folder, 1)) {
      for (String which : List.of("none", "standard", "none", "standard")) {
        Redactor redactor = which.equals("none") ? Redactor.none() : Redactor.standard();
        RedactingWriter writer = new RedactingWriter(redactor, lake.blobs());
        double best = Double.MAX_VALUE;
        long bytes = 0;
        for (int round = 0; round < 60; round++) {
          long from = THREADS.getCurrentThreadCpuTime();
          bytes = 0;
          for (Exchange record : records) {
            byte[] line = Line.encode(writer.write(record), 16 << 20);
            writer.clear();
            bytes += line.length;
          }
          best = Math.min(best, (THREADS.getCurrentThreadCpuTime() - from) / 1e3 / records.size());
          sink += bytes;
        }
        System.out.printf(
            "write, redaction %s: %.2f us a record of %d bytes%n",
            which, best, bytes / records.size());
      }
    }
  }

  private static void append(int perSecond, int seconds) throws Exception {
    List<Exchange> records = records(2000);
    Path folder = Files.createTempDirectory("exchanges");
    LongAdder failed = new LongAdder();
    try (Lake lake = Lakes.create(folder, 1);
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      ExchangeLog door = lake.exchanges(Redactor.standard());
      Semaphore running = new Semaphore(2000);
      long cpu = cpu();
      long from = System.nanoTime();
      long sent = 0;
      LongAdder settled = new LongAdder();
      while (System.nanoTime() - from < seconds * 1_000_000_000L) {
        long due = (System.nanoTime() - from) * perSecond / 1_000_000_000L;
        for (; sent < due; sent++) {
          Exchange record = records.get((int) (sent % records.size()));
          running.acquire();
          callers.execute(
              () -> {
                door.keep(record, Durability.GROUP_COMMIT)
                    .whenSettled(
                        failure -> {
                          settled.increment();
                          failed.add(failure.isPresent() ? 1 : 0);
                          running.release();
                        });
              });
        }
        Thread.sleep(1);
      }
      lake.flush();
      double wall = (System.nanoTime() - from) / 1e9;
      System.out.printf(
          "append: %d in %.2f s = %.0f/s, %d failed, %.2f us CPU each, GC %d ms%n",
          settled.sum(),
          wall,
          settled.sum() / wall,
          failed.sum(),
          (cpu() - cpu) / 1e3 / settled.sum(),
          ManagementFactory.getGarbageCollectorMXBeans().stream()
              .mapToLong(it -> it.getCollectionTime())
              .sum());
      for (long id : THREADS.getAllThreadIds()) {
        double micros = THREADS.getThreadCpuTime(id) / 1e3 / settled.sum();
        if (micros > 0.3) {
          System.out.printf("  %5.2f us: %s%n", micros, THREADS.getThreadInfo(id).getThreadName());
        }
      }
    }
    System.out.printf("(sink %d)%n", sink);
  }

  private static long cpu() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
