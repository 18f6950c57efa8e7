package dev.treadle.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Rounds of four processes that write one lake and are killed at random moments. */
final class LakeKills {
  private static final int PROCESSES = 4;

  private final Path folder;
  private final Random random;
  private final List<Path> said = new ArrayList<>();

  /** What was found in the end. */
  record Outcome(long acknowledged, long read, long lost, long doubled, long cutSegments) {}

  LakeKills(Path folder, long seed) {
    this.folder = folder;
    this.random = new Random(seed);
  }

  Outcome run(int rounds) throws IOException, InterruptedException {
    Lake.create(folder.resolve("lake"), settings()).close();
    for (int round = 0; round < rounds; round++) {
      List<Process> processes = new ArrayList<>();
      for (int i = 0; i < PROCESSES; i++) {
        processes.add(start(round + "x" + i));
      }
      // Not a wait for anything: the moment of the kill is the random thing under test.
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(900 + random.nextInt(2500)));
      for (Process process : processes) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(150)));
        process.destroyForcibly();
      }
      for (Process process : processes) {
        process.waitFor();
      }
    }
    return check();
  }

  private Process start(String name) throws IOException {
    Path out = folder.resolve(name + ".said");
    said.add(out);
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            LakeVictim.class.getName(),
            folder.resolve("lake").toString(),
            name,
            Long.toString(random.nextLong()))
        .redirectOutput(out.toFile())
        .redirectError(folder.resolve(name + ".err").toFile())
        .start();
  }

  private LakeSettings settings() {
    return new LakeSettings(
        new SystemDisk(), InstantSource.system(), random, 0, LakeLimits.DEFAULT);
  }

  private Outcome check() throws IOException {
    Map<String, Integer> found = new HashMap<>();
    long cut = 0;
    try (Lake lake = Lake.open(folder.resolve("lake"), settings())) {
      for (Stream stream : List.of(Stream.EXAMPLES, Stream.EXCHANGES)) {
        for (String key : Lakes.keys(lake.read(stream))) {
          found.merge(key.substring(0, key.indexOf('/')), 1, Integer::sum);
        }
        cut +=
            Segments.withSuffix(
                    new SystemDisk(), new Layout(lake.root()).stream(stream), SegmentName.CUT)
                .size();
      }
    }
    long acknowledged = 0;
    long lost = 0;
    for (Path file : said) {
      String text = Files.readString(file);
      // The last line may be torn by the kill itself.
      for (String id : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
        acknowledged++;
        lost += found.containsKey(id) ? 0 : 1;
      }
    }
    long doubled = found.values().stream().filter(count -> count > 1).count();
    return new Outcome(acknowledged, found.size(), lost, doubled, cut);
  }
}
