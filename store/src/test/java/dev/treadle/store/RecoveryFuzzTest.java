package dev.treadle.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments with anything in them: what is read is always a prefix of what was written. */
class RecoveryFuzzTest {
  private static final int ROUNDS = 300;
  @TempDir Path folder;
  private Path root;

  @BeforeEach
  void create() throws IOException {
    root = folder.resolve("lake");
    Lakes.create(folder, 1).close();
  }

  private static List<byte[]> lines(Random random) {
    List<byte[]> lines = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      String text = "tëxt \\n ".repeat(random.nextInt(40));
      lines.add(Line.encode(Lakes.line("id" + i, "d", text), 1 << 20));
    }
    return lines;
  }

  private static byte[] joined(List<byte[]> lines) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    lines.forEach(out::writeBytes);
    return out.toByteArray();
  }

  private static byte[] damaged(byte[] bytes, Random random) {
    byte[] damaged = bytes.clone();
    switch (random.nextInt(5)) {
      case 0 -> damaged = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      case 1 -> damaged[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      case 2 -> {
        int from = random.nextInt(bytes.length);
        Arrays.fill(damaged, from, Math.min(bytes.length, from + 512), (byte) 0);
      }
      case 3 -> {
        byte[] noise = new byte[random.nextInt(2000)];
        random.nextBytes(noise);
        damaged = Arrays.copyOf(bytes, bytes.length + noise.length);
        System.arraycopy(noise, 0, damaged, bytes.length, noise.length);
      }
      default -> {
        int at = random.nextInt(bytes.length);
        damaged[at] = '\n';
      }
    }
    return damaged;
  }

  /** The lines that a damaged segment still begins with. */
  private static List<String> intact(List<byte[]> lines, byte[] damaged) {
    List<String> intact = new ArrayList<>();
    int from = 0;
    for (byte[] line : lines) {
      int to = from + line.length;
      if (to > damaged.length || !Arrays.equals(damaged, from, to, line, 0, line.length)) {
        break;
      }
      String text = new String(line, StandardCharsets.UTF_8);
      intact.add(text.substring(0, text.indexOf(",\"crc\":\"")) + "}");
      from = to;
    }
    return intact;
  }

  @Test
  void recoversTheLongestValidPrefixOfAnything() throws IOException {
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      List<byte[]> lines = lines(random);
      byte[] damaged = damaged(joined(lines), random);
      List<String> expected = intact(lines, damaged);
      LakeSettings settings = Lakes.settings(new PowerCutDisk(seed), seed, Lakes.SMALL);
      Path memory = Path.of("/lake");
      Lake.create(memory, settings).close();
      orphan(settings.disk(), memory.resolve("log/examples"), damaged);
      try (Lake lake = Lake.openReadOnly(memory, settings)) {
        assertThat(Lakes.texts(lake.read(Stream.EXAMPLES))).as("seed " + seed).isEqualTo(expected);
      }
      try (Lake lake = Lake.open(memory, settings)) {
        assertThat(lake.recovered().lines()).isEqualTo(expected.size());
        assertThat(lake.troubles()).isEmpty();
        assertThat(Lakes.texts(lake.read(Stream.EXAMPLES))).as("seed " + seed).isEqualTo(expected);
      }
    }
  }

  private static void orphan(Disk disk, Path stream, byte[] bytes) throws IOException {
    Path folder = stream.resolve("2026-11-19");
    disk.createDirectory(stream);
    disk.createDirectory(folder);
    try (Disk.Output output = disk.create(folder.resolve("orphan-1.jsonl"))) {
      DiskStreams.appendFully(output, ByteBuffer.wrap(bytes));
    }
  }

  @Test
  void aDamagedSealedSegmentIsCountedAndTheOthersAreRead() throws IOException {
    try (Lake lake = Lake.open(root, Lakes.settings(1))) {
      for (int i = 0; i < 3; i++) {
        lake.appendLine(
            Stream.EXAMPLES, Lakes.line("id" + i, "d", "x".repeat(3000)), Durability.BEFORE_ANSWER);
        lake.seal();
      }
    }
    List<Path> sealed = new ArrayList<>();
    try (var files = Files.walk(root.resolve("log"))) {
      files.filter(f -> f.toString().endsWith(".zst")).sorted().forEach(sealed::add);
    }
    byte[] bytes = Files.readAllBytes(sealed.get(1));
    for (int i = 0; i < bytes.length; i++) {
      byte[] flipped = bytes.clone();
      flipped[i] ^= 0x10;
      Files.write(sealed.get(1), flipped);
      try (Lake lake = Lake.openReadOnly(root, Lakes.settings(2));
          Lines lines = lake.read(Stream.EXAMPLES)) {
        List<String> found = new ArrayList<>();
        lines.forEachRemaining(line -> found.add(line.toString().substring(7, 17)));
        assertThat(found).hasSizeBetween(2, 3).allMatch(text -> text.startsWith("\"id\":\"id"));
        ReadReport report = lines.report();
        assertThat(found.size() + report.damagedLines() + report.damagedSegments())
            .as("byte " + i)
            .isGreaterThanOrEqualTo(3);
      }
    }
  }
}
