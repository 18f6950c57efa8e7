package dev.treadle.curation.llamafactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Measures the emulator on the trainer's demo files and on the bad rows of these tests; run by
 * {@code bench/emulator.sh}. Exits 1 where a demo row is not accepted or fewer than twelve kinds of
 * bad row are named.
 */
final class EmulatorBench {
  private static final int WARM_ROUNDS = 3;
  private static final int KINDS_WANTED = 12;

  private EmulatorBench() {}

  public static void main(String[] args) throws IOException {
    boolean accepted = demoFiles(Path.of(args[0], "llamafactory-formats", "data"));
    boolean named = badRows();
    System.exit(accepted && named ? 0 : 1);
  }

  private static boolean demoFiles(Path folder) throws IOException {
    JsonNode registry = Cases.JSON.readTree(folder.resolve("dataset_info.json"));
    long rows = 0;
    long accepted = 0;
    long bytes = 0;
    long nanos = 0;
    for (JsonNode node : registry) {
      Path file = folder.resolve(node.path("file_name").asString("none"));
      if (!Files.exists(file)) {
        continue;
      }
      DatasetEntry entry = DatasetEntry.parse(node);
      for (int round = 0; round < WARM_ROUNDS; round++) {
        DatasetCheck.run(folder, entry, Stage.of(entry), OptionalInt.of(2048));
      }
      long start = System.nanoTime();
      FileReport report = DatasetCheck.run(folder, entry, Stage.of(entry), OptionalInt.of(2048));
      nanos += System.nanoTime() - start;
      bytes += Files.size(file);
      rows += report.rows();
      accepted += report.accepted();
      System.out.printf(
          "%-32s %5d rows, %5d accepted%n", file.getFileName(), report.rows(), report.accepted());
    }
    System.out.printf(
        "demo files: %d of %d rows accepted, %.1f MB/s%n", accepted, rows, bytes * 1e3 / nanos);
    return rows > 0 && accepted == rows;
  }

  private static boolean badRows() {
    Set<Reason> kinds = EnumSet.noneOf(Reason.class);
    int rows = 0;
    for (String file : List.of("alpaca.json", "sharegpt.json", "openai.json")) {
      for (JsonNode one : Cases.of(file).toList()) {
        rows++;
        switch (Cases.emulator(one).judge(one.path("row"))) {
          case Verdict.Accepted ok ->
              ok.alterations().forEach(alteration -> kinds.add(alteration.reason()));
          case Verdict.Dropped dropped -> kinds.add(dropped.reason());
          case Verdict.Raised raised -> kinds.add(raised.reason());
        }
      }
    }
    System.out.printf(
        "bad rows: %d rows, %d kinds named (bar %d)%n", rows, kinds.size(), KINDS_WANTED);
    return kinds.size() >= KINDS_WANTED;
  }
}
