package dev.treadle.store;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;

/**
 * A process that writes one lake until it is killed, and says on its standard output what was
 * acknowledged: one id a line, after it was. Arguments: the lake, a name, a seed.
 */
public final class LakeVictim {
  private static final int IN_FLIGHT = 64;

  private LakeVictim() {}

  public static void main(String[] arguments) {
    Path root = Path.of(arguments[0]);
    String name = arguments[1];
    Random random = new Random(Long.parseLong(arguments[2]));
    LakeLimits limits =
        new LakeLimits(
            1 << 20, 200_000, 1 << 20, Duration.ofMillis(2), 1 << 20, Duration.ofSeconds(20));
    LakeSettings settings =
        new LakeSettings(
            new SystemDisk(),
            InstantSource.system(),
            random,
            ProcessHandle.current().pid(),
            limits);
    try (Lake lake = Lake.open(root, settings)) {
      write(lake, name, random, System.out);
    }
  }

  private static void write(Lake lake, String name, Random random, PrintStream out) {
    int number = 0;
    while (true) {
      Ticket[] tickets = new Ticket[IN_FLIGHT];
      int first = number;
      for (int i = 0; i < IN_FLIGHT; i++) {
        String text = "x".repeat(random.nextInt(2000));
        byte[] line = Lakes.line(name + "-" + number++, "d", text);
        boolean urgent = random.nextInt(8) == 0;
        tickets[i] =
            lake.appendLine(
                random.nextBoolean() ? Stream.EXAMPLES : Stream.EXCHANGES,
                line,
                urgent ? Durability.BEFORE_ANSWER : Durability.GROUP_COMMIT);
      }
      StringBuilder acknowledged = new StringBuilder();
      for (int i = 0; i < IN_FLIGHT; i++) {
        tickets[i].await();
        acknowledged.append(name).append('-').append(first + i).append('\n');
      }
      out.print(acknowledged);
      out.flush();
    }
  }
}
