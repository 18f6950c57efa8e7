package dev.treadle.training.report;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * A drawing as pixels, and as a PNG file. Not Java2D: that needs native libraries and fonts which a
 * server may lack, and draws otherwise on each system. A pixel is covered by as much of a line as
 * its distance says; a line that crosses itself covers no more than once.
 */
final class Raster {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final double TEXT_WIDTH = 1.15;

  private final double scale;
  private final int width;
  private final int height;
  private final byte[] pixels;

  private Raster(Drawing drawing, int scale) {
    this.scale = scale;
    this.width = drawing.width() * scale;
    this.height = drawing.height() * scale;
    this.pixels = new byte[width * height * 3];
    Arrays.fill(pixels, (byte) 0xff);
  }

  /**
   * A PNG file.
   *
   * @param scale pixels for each unit of the drawing
   */
  static byte[] png(Drawing drawing, int scale) {
    Raster raster = new Raster(drawing, scale);
    drawing.marks().forEach(raster::put);
    return raster.png();
  }

  private void put(Mark mark) {
    switch (mark) {
      case Mark.Line it -> line(it.points(), it.ink(), it.width());
      case Mark.Label it -> label(it);
      case Mark.Dot it -> {
        if (it.ink() != Mark.Ink.NONE) {
          line(List.of(it.at(), it.at()), it.ink(), 2 * it.radius());
        }
      }
    }
  }

  private void label(Mark.Label it) {
    double wide = StrokeFont.width(it.text(), it.size());
    double x =
        switch (it.anchor()) {
          case START -> it.at().x();
          case MIDDLE -> it.at().x() - wide / 2;
          case END -> it.at().x() - wide;
        };
    for (List<Mark.Point> stroke :
        StrokeFont.strokes(it.text(), new Mark.Point(x, it.at().y()), it.size())) {
      line(stroke, it.ink(), TEXT_WIDTH);
    }
  }

  /** How far each pixel of a box is covered by a line. */
  private void line(List<Mark.Point> points, Mark.Ink ink, double lineWidth) {
    double half = lineWidth * scale / 2;
    int left = clamp(points.stream().mapToDouble(Mark.Point::x).min().orElse(0), -half, width);
    int right = clamp(points.stream().mapToDouble(Mark.Point::x).max().orElse(0), half, width);
    int top = clamp(points.stream().mapToDouble(Mark.Point::y).min().orElse(0), -half, height);
    int bottom = clamp(points.stream().mapToDouble(Mark.Point::y).max().orElse(0), half, height);
    float[] covered = new float[(right - left) * (bottom - top)];
    for (int i = 0; i + 1 < points.size(); i++) {
      cover(covered, left, right, top, bottom, points.get(i), points.get(i + 1), half);
    }
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        blend(x, y, covered[(y - top) * (right - left) + x - left], ink.rgb());
      }
    }
  }

  /** Where a line's box begins or ends; the pixel beyond it counts too. */
  private int clamp(double place, double reach, int most) {
    double pixel = place * scale + reach + Math.signum(reach) * 2;
    return Math.clamp(Math.round(pixel), 0, most);
  }

  private void cover(
      float[] covered,
      int left,
      int right,
      int top,
      int bottom,
      Mark.Point from,
      Mark.Point to,
      double half) {
    int firstX = Math.max(left, clamp(Math.min(from.x(), to.x()), -half, width));
    int lastX = Math.min(right, clamp(Math.max(from.x(), to.x()), half, width));
    int firstY = Math.max(top, clamp(Math.min(from.y(), to.y()), -half, height));
    int lastY = Math.min(bottom, clamp(Math.max(from.y(), to.y()), half, height));
    for (int y = firstY; y < lastY; y++) {
      for (int x = firstX; x < lastX; x++) {
        double distance = distance(x + 0.5, y + 0.5, from, to);
        float cover = (float) Math.clamp(half + 0.5 - distance, 0, 1);
        int at = (y - top) * (right - left) + x - left;
        covered[at] = Math.max(covered[at], cover);
      }
    }
  }

  /** From a pixel's middle to the nearest place of a line. */
  private double distance(double x, double y, Mark.Point from, Mark.Point to) {
    double alongX = (to.x() - from.x()) * scale;
    double alongY = (to.y() - from.y()) * scale;
    double towardsX = x - from.x() * scale;
    double towardsY = y - from.y() * scale;
    double length = alongX * alongX + alongY * alongY;
    double share =
        length == 0 ? 0 : Math.clamp((towardsX * alongX + towardsY * alongY) / length, 0, 1);
    return Math.hypot(towardsX - share * alongX, towardsY - share * alongY);
  }

  private void blend(int x, int y, float cover, int rgb) {
    if (cover == 0) {
      return;
    }
    for (int channel = 0; channel < 3; channel++) {
      int at = (y * width + x) * 3 + channel;
      int below = pixels[at] & 0xff;
      int above = (rgb >> (16 - 8 * channel)) & 0xff;
      pixels[at] = (byte) Math.round(below + (above - below) * cover);
    }
  }

  private byte[] png() {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(SIGNATURE);
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(header)) {
      out.writeInt(width);
      out.writeInt(height);
      out.write(new byte[] {8, 2, 0, 0, 0}); // Eight bits, three colours.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    chunk(file, "IHDR", header.toByteArray());
    chunk(file, "IDAT", compressed());
    chunk(file, "IEND", new byte[0]);
    return file.toByteArray();
  }

  private byte[] compressed() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Deflater deflater = new Deflater();
    try (DeflaterOutputStream zip = new DeflaterOutputStream(out, deflater)) {
      for (int y = 0; y < height; y++) {
        zip.write(0); // Each row as it is.
        zip.write(pixels, y * width * 3, width * 3);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      deflater.end();
    }
    return out.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream file, String type, byte[] content) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 sum = new CRC32();
    sum.update(name);
    sum.update(content);
    try (DataOutputStream out = new DataOutputStream(file)) {
      out.writeInt(content.length);
      out.write(name);
      out.write(content);
      out.writeInt((int) sum.getValue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
