package dev.treadle.curation.llamafactory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Damaged files lead to a report and never to an exception. */
class DatasetCheckPropertyTest {
  private static final List<String> TEXTS =
      Cases.of("files.json")
          .map(one -> one.path("text"))
          .filter(text -> text.isString() && !text.stringValue().isEmpty())
          .map(text -> text.stringValue())
          .toList();

  private static final DatasetEntry ENTRY =
      DatasetEntry.parse(Cases.JSON.readTree("{\"file_name\": \"d.json\"}"));

  @Property(tries = 500)
  void reportsOnDamagedFiles(
      @ForAll @IntRange(max = 1_000) int which,
      @ForAll @IntRange(max = 10_000) int at,
      @ForAll byte value)
      throws IOException {
    byte[] bytes = TEXTS.get(which % TEXTS.size()).getBytes(StandardCharsets.UTF_8);
    bytes[at % bytes.length] = value;
    assertThat(report(bytes).failures()).hasSizeLessThan(51);
  }

  @Property(tries = 200)
  void reportsOnCutFiles(
      @ForAll @IntRange(max = 1_000) int which, @ForAll @IntRange(max = 10_000) int at)
      throws IOException {
    byte[] bytes = TEXTS.get(which % TEXTS.size()).getBytes(StandardCharsets.UTF_8);
    assertThat(report(Arrays.copyOf(bytes, at % bytes.length)).rows()).isNotNegative();
  }

  @Property(tries = 200)
  void reportsOnNoise(@ForAll byte[] bytes) throws IOException {
    assertThat(report(bytes).accepted()).isZero();
  }

  private static FileReport report(byte[] bytes) throws IOException {
    Path folder = Files.createTempDirectory("noise");
    try {
      Files.write(folder.resolve("d.json"), bytes);
      return DatasetCheck.run(folder, ENTRY, Stage.SUPERVISED, OptionalInt.empty());
    } finally {
      Files.deleteIfExists(folder.resolve("d.json"));
      Files.delete(folder);
    }
  }
}
