package dev.treadle.measure.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * One public instruction set at three strengths of near-duplicate removal: the stronger, the less
 * is left to find.
 */
class PublicLadderTest {
  private static final Pattern FIELD =
      Pattern.compile(
          "\"(?:instruction|input|response|output)\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*+)\"");

  @Test
  void strongerRemovalLeavesLessToFind() throws IOException {
    String data = System.getenv("TREADLE_DATA");
    assumeTrue(data != null, "skipped: set TREADLE_DATA to a folder with gpteacher-dedup");
    Path folder = Path.of(String.valueOf(data), "gpteacher-dedup", "Toolformer");
    assumeTrue(Files.isDirectory(folder), "skipped: no " + folder);
    List<Double> shares = new ArrayList<>();
    for (String step : List.of("dedupe-only", "similarity-0.8", "similarity-0.6")) {
      shares.add(shareFound(folder.resolve("toolformer-" + step + "-dataset.json")));
    }
    System.out.println("share of near-duplicates found (dedupe only, 0.8, 0.6): " + shares);
    assertThat(shares.getFirst()).isPositive();
    assertThat(shares).isSortedAccordingTo((a, b) -> Double.compare(b, a));
  }

  private static double shareFound(Path file) throws IOException {
    NearDuplicates texts = new NearDuplicates(new MinHash(), 0.5);
    // One record a closing brace: the file is a list of flat objects.
    for (String row : Files.readString(file).split("\\}\\s*,?\\s*(?=\\{|\\])", -1)) {
      StringBuilder text = new StringBuilder();
      Matcher field = FIELD.matcher(row);
      while (field.find()) {
        text.append(field.group(1)).append('\n');
      }
      if (!text.isEmpty()) {
        texts.add("%06d".formatted(texts.size()), text);
      }
    }
    int found = texts.clusters().stream().mapToInt(cluster -> cluster.duplicates().size()).sum();
    System.out.println(
        file.getFileName() + ": " + texts.size() + " texts, " + found + " near-duplicates");
    return (double) found / texts.size();
  }
}
