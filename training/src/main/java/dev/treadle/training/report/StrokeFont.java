package dev.treadle.training.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Letters and digits made of lines: a server may have no fonts, and a picture should be the same
 * everywhere. A glyph is a list of strokes, a stroke a list of places, a place two digits to the
 * base 36: x, and y from the capitals' top (0) by the line (9) to the descenders (c). A stroke that
 * begins with {@code ~} is rounded.
 */
final class StrokeFont {
  private static final double CAPITAL = 9;
  private static final double GAP = 2.3;
  private static final double BLANK = 1.8;

  private static final Map<Character, String> GLYPHS =
      Map.ofEntries(
          Map.entry('0', "~104052574919070210"),
          Map.entry('1', "022029"),
          Map.entry('2', "~021040525409 0959"),
          Map.entry('3', "~0110405153443424 ~24445558491908"),
          Map.entry('4', "400656 4049"),
          Map.entry('5', "5010 1004 ~0413434557491908"),
          Map.entry('6', "~5020030719495756441406"),
          Map.entry('7', "005029"),
          Map.entry('8', "~104051534414030110 ~144455584919080514"),
          Map.entry('9', "~0939565240100203154553"),
          Map.entry('a', "~133355573919070513 5359"),
          Map.entry('b', "0009 ~432305072949575543"),
          Map.entry('c', "~5443130507194958"),
          Map.entry('d', "~133355573919070513 5059"),
          Map.entry('e', "0656 ~565543130507194958"),
          Map.entry('f', "~40302229 0343"),
          Map.entry('g', "~133355573919070513 ~535a4c1c0b"),
          Map.entry('h', "0009 ~0523435559"),
          Map.entry('i', "0309 0001"),
          Map.entry('j', "~232b1c0c 2021"),
          Map.entry('k', "0009 4306 2549"),
          Map.entry('l', "0009"),
          Map.entry('m', "0309 ~0513334549 ~4553738589"),
          Map.entry('n', "0309 ~0523435559"),
          Map.entry('o', "~134355574919070513"),
          Map.entry('p', "030c ~432305072949575543"),
          Map.entry('q', "~133355573919070513 535c"),
          Map.entry('r', "0309 ~06052333"),
          Map.entry('s', "~544313040516465758491908"),
          Map.entry('t', "~11182939 0333"),
          Map.entry('u', "~0307193957 5359"),
          Map.entry('v', "032943"),
          Map.entry('w', "0329436983"),
          Map.entry('x', "0349 4309"),
          Map.entry('y', "0329 430c"),
          Map.entry('z', "03430949"),
          Map.entry('M', "0900356069"),
          Map.entry('.', "0809"),
          Map.entry(',', "080a"),
          Map.entry('-', "0535"),
          Map.entry('+', "0545 2327"),
          Map.entry('/', "400a"));

  private StrokeFont() {}

  /** How wide a text is whose capitals are so high. */
  static double width(String text, double size) {
    double width = 0;
    for (int i = 0; i < text.length(); i++) {
      width += (glyph(text.charAt(i)).isEmpty() ? BLANK : wide(text.charAt(i))) + GAP;
    }
    return Math.max(0, width - GAP) * size / CAPITAL;
  }

  /** A text's lines, from a place on its line; what the font does not have is a blank. */
  static List<List<Mark.Point>> strokes(String text, Mark.Point at, double size) {
    double unit = size / CAPITAL;
    double x = at.x();
    List<List<Mark.Point>> strokes = new ArrayList<>();
    for (int i = 0; i < text.length(); i++) {
      Optional<String> glyph = glyph(text.charAt(i));
      if (glyph.isEmpty()) {
        x += (BLANK + GAP) * unit;
        continue;
      }
      for (String stroke : glyph.get().split(" ", -1)) {
        strokes.add(placed(points(stroke), x, at.y(), unit));
      }
      x += (wide(text.charAt(i)) + GAP) * unit;
    }
    return strokes;
  }

  private static List<Mark.Point> placed(List<Mark.Point> points, double x, double y, double unit) {
    return points.stream()
        .map(it -> new Mark.Point(x + it.x() * unit, y + (it.y() - CAPITAL) * unit))
        .toList();
  }

  private static Optional<String> glyph(char it) {
    String glyph = GLYPHS.get(it);
    return Optional.ofNullable(
        glyph == null ? GLYPHS.get(String.valueOf(it).toLowerCase(Locale.ROOT).charAt(0)) : glyph);
  }

  private static double wide(char it) {
    double widest = 0;
    for (String stroke : glyph(it).orElse("").split(" ", -1)) {
      for (Mark.Point point : points(stroke)) {
        widest = Math.max(widest, point.x());
      }
    }
    return widest;
  }

  private static List<Mark.Point> points(String stroke) {
    boolean isRound = stroke.startsWith("~");
    List<Mark.Point> points = new ArrayList<>();
    for (int i = isRound ? 1 : 0; i + 1 < stroke.length(); i += 2) {
      points.add(
          new Mark.Point(
              Character.digit(stroke.charAt(i), 36), Character.digit(stroke.charAt(i + 1), 36)));
    }
    return isRound ? rounded(rounded(points)) : points;
  }

  /** Cuts each corner at a quarter of its sides (Chaikin); a closed stroke has no ends to keep. */
  private static List<Mark.Point> rounded(List<Mark.Point> points) {
    boolean isClosed = points.getFirst().equals(points.getLast());
    List<Mark.Point> cut = new ArrayList<>();
    if (!isClosed) {
      cut.add(points.getFirst());
    }
    for (int i = 0; i + 1 < points.size(); i++) {
      cut.add(between(points.get(i), points.get(i + 1), isClosed || i > 0 ? 0.25 : 0));
      cut.add(
          between(points.get(i), points.get(i + 1), isClosed || i + 2 < points.size() ? 0.75 : 1));
    }
    if (isClosed) {
      cut.add(cut.getFirst());
    }
    return cut;
  }

  private static Mark.Point between(Mark.Point a, Mark.Point b, double share) {
    return new Mark.Point(a.x() + (b.x() - a.x()) * share, a.y() + (b.y() - a.y()) * share);
  }
}
