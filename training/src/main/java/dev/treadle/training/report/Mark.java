package dev.treadle.training.report;

import java.util.List;

/** One thing on a drawing. Lengths are in the drawing's own units, y goes down. */
sealed interface Mark {
  /** A place. */
  record Point(double x, double y) {}

  /** Colours by what they are for. */
  enum Ink {
    TEXT(0x39414f),
    AXIS(0x98a1b0),
    GRID(0xe6e9ef),
    RAW(0xa9c1ea),
    SMOOTHED(0x1d5bbf),
    VALIDATION(0xd9480f),
    RATE(0x2b8a3e),
    /** Not seen, but found by a pointer. */
    NONE(0xffffff);

    private final int rgb;

    Ink(int rgb) {
      this.rgb = rgb;
    }

    int rgb() {
      return rgb;
    }
  }

  /** A line through points. */
  record Line(List<Point> points, Ink ink, double width) implements Mark {
    public Line {
      points = List.copyOf(points);
    }

    static Line of(double x1, double y1, double x2, double y2, Ink ink, double width) {
      return new Line(List.of(new Point(x1, y1), new Point(x2, y2)), ink, width);
    }
  }

  /** A dot; the title is seen by whoever points at it. */
  record Dot(Point at, double radius, Ink ink, String title) implements Mark {}

  /** Which side of a text stands at its place. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  /** A text on a line; the size is that of its capitals. */
  record Label(Point at, Anchor anchor, double size, Ink ink, String text) implements Mark {}
}
