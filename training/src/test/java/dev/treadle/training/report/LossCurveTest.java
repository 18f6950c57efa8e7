package dev.treadle.training.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;

class LossCurveTest {
  private static final int WIDTH = 1920;
  private static final int HEIGHT = 1080;

  /** A PNG's pixels, read by the format's own rules; every checksum is checked. */
  private static int[] pixels(byte[] png) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(png));
    assertThat(in.readLong()).isEqualTo(0x89504e470d0a1a0aL);
    byte[] content = new byte[0];
    List<String> chunks = new ArrayList<>();
    while (in.available() > 0) {
      byte[] chunk = new byte[in.readInt() + 4];
      in.readFully(chunk);
      CRC32 sum = new CRC32();
      sum.update(chunk);
      assertThat(in.readInt()).isEqualTo((int) sum.getValue());
      String type = new String(chunk, 0, 4, java.nio.charset.StandardCharsets.US_ASCII);
      chunks.add(type);
      DataInputStream inner =
          new DataInputStream(new ByteArrayInputStream(chunk, 4, chunk.length - 4));
      if (type.equals("IHDR")) {
        assertThat(inner.readInt()).isEqualTo(WIDTH);
        assertThat(inner.readInt()).isEqualTo(HEIGHT);
        assertThat(inner.readAllBytes()).containsExactly(8, 2, 0, 0, 0);
      } else if (type.equals("IDAT")) {
        content = new InflaterInputStream(inner).readAllBytes();
      }
    }
    assertThat(chunks).containsExactly("IHDR", "IDAT", "IEND");
    assertThat(content).hasSize(HEIGHT * (1 + 3 * WIDTH));
    int[] pixels = new int[WIDTH * HEIGHT];
    for (int i = 0; i < pixels.length; i++) {
      int at = i / WIDTH * (1 + 3 * WIDTH) + 1 + i % WIDTH * 3;
      pixels[i] =
          (content[at] & 0xff) << 16 | (content[at + 1] & 0xff) << 8 | (content[at + 2] & 0xff);
    }
    return pixels;
  }

  /** The middle of the places of a colour in a column, counted from above; -1: there is none. */
  private static double place(int[] pixels, int column, int rgb) {
    int sum = 0;
    int count = 0;
    for (int y = 0; y < HEIGHT; y++) {
      if (pixels[y * WIDTH + column] == rgb) {
        sum += y;
        count++;
      }
    }
    return count == 0 ? -1 : (double) sum / count;
  }

  @Test
  void isAPictureWithEveryColour() throws IOException {
    byte[] png = LossCurve.of(Runs.run(600)).png();

    Set<Integer> colours = new HashSet<>();
    for (int it : pixels(png)) {
      colours.add(it);
    }
    for (Mark.Ink ink : Mark.Ink.values()) {
      assertThat(colours).as(ink.name()).contains(ink.rgb());
    }
    assertThat(png).hasSizeLessThan(300_000);
  }

  @Test
  void smoothedLossIsWhereItsNumberSays() throws IOException {
    List<LogEntry> level = new ArrayList<>();
    for (int i = 1; i <= 100; i++) {
      level.add(Runs.step(i, i <= 50 ? 2 : 1));
    }
    level.add(Runs.evaluation(100, 1.5, true));
    int[] pixels = pixels(LossCurve.of(level).png());

    int ink = Mark.Ink.SMOOTHED.rgb();
    double atTwo = place(pixels, (int) (2 * (68 + 864 * 0.40)), ink);
    double atOne = place(pixels, (int) (2 * (68 + 864 * 0.99)), ink);
    double atDot = place(pixels, 2 * 932 - 3, Mark.Ink.VALIDATION.rgb());
    assertThat(atTwo).isBetween(2 * 52.0, 2 * 100.0);
    assertThat(atOne).isBetween(2 * 350.0, 2 * 392.0);
    assertThat(atDot).isBetween((atOne + atTwo) / 2 - 12, (atOne + atTwo) / 2 + 12);
  }

  @Test
  void isTheSamePictureEveryTime() {
    assertThat(LossCurve.of(Runs.run(300)).png()).isEqualTo(LossCurve.of(Runs.run(300)).png());
  }

  @Test
  void drawsWhateverALogHolds() throws IOException {
    for (List<LogEntry> it :
        List.of(
            List.<LogEntry>of(),
            List.<LogEntry>of(Runs.start(3)),
            List.<LogEntry>of(Runs.step(1, 2)),
            List.<LogEntry>of(Runs.step(1, 0), Runs.step(2, 0)),
            List.<LogEntry>of(Runs.step(1, Double.NaN), Runs.step(2, 1)),
            List.<LogEntry>of(Runs.step(1, 1e-30), Runs.step(2, 1e30)),
            List.<LogEntry>of(Runs.evaluation(5, 3, true)),
            Runs.run(2),
            Runs.run(20_000))) {
      assertThat(pixels(LossCurve.of(it).png())).hasSize(WIDTH * HEIGHT);
      assertThat(LossCurve.of(it).svg()).hasSizeLessThan(200_000).doesNotContain("NaN");
    }
  }

  @Test
  void spikeDoesNotPressTheRestFlat() {
    List<LogEntry> run = new ArrayList<>();
    for (int i = 1; i <= 400; i++) {
      run.add(Runs.step(i, i == 10 ? 1000 : 2 - i / 400.0));
    }

    assertThat(LossCurve.of(run).svg()).doesNotContain(">1000<").doesNotContain(">800<");
  }

  @Test
  void ticksAreRound() {
    assertThat(texts(0.93, 2.71, 7)).containsExactly("1.0", "1.5", "2.0", "2.5");
    assertThat(texts(0, 0.004, 5)).containsExactly("0.000", "0.001", "0.002", "0.003", "0.004");
    assertThat(texts(-1, 1, 4)).containsExactly("-1.0", "-0.5", "0.0", "0.5", "1.0");
    assertThat(wholeTexts(600)).containsExactly("0", "100", "200", "300", "400", "500", "600");
    assertThat(wholeTexts(3)).containsExactly("0", "1", "2", "3");
    assertThat(wholeTexts(45_000)).startsWith("0", "5k", "10k").endsWith("45k");
    assertThat(wholeTexts(2_000_000)).startsWith("0", "0.2M", "0.4M").endsWith("2M");
    assertThat(wholeTexts(800_000)).startsWith("0", "0.1M").endsWith("0.8M");
  }

  private static List<String> texts(double low, double high, int most) {
    Ticks ticks = Ticks.of(low, high, most, 0);
    return ticks.values().stream().map(ticks::text).toList();
  }

  private static List<String> wholeTexts(int high) {
    Ticks ticks = Ticks.of(0, high, 10, 1);
    return ticks.values().stream().map(ticks::wholeText).toList();
  }

  @Test
  void fontHasEveryLetterThatIsDrawn() {
    for (String text :
        List.of(
            "loss of a step",
            "smoothed",
            "validation loss",
            "learning rate",
            "steps",
            "0123456789",
            "2.5e-4",
            "45k",
            "1.5M")) {
      for (char it : text.replace(" ", "").toCharArray()) {
        assertThat(StrokeFont.strokes(String.valueOf(it), new Mark.Point(0, 0), 9))
            .as(String.valueOf(it))
            .isNotEmpty();
      }
    }
    assertThat(StrokeFont.strokes(" 雪", new Mark.Point(0, 0), 9)).isEmpty();
  }
}
