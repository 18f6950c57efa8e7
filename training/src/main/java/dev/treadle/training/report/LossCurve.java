package dev.treadle.training.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * The loss of a run over its steps, as a picture: of each step faintly, smoothed, and of each
 * evaluation as a dot; below it the learning rate. A spike that is higher than all but one in a
 * hundred is cut off, so that it does not press the rest flat.
 */
public final class LossCurve {
  private static final int WIDTH = 960;
  private static final int HEIGHT = 540;
  private static final double LEFT = 68;
  private static final double RIGHT = WIDTH - 28;
  private static final double TOP = 52;
  private static final double BOTTOM = 392;
  private static final double RATE_TOP = 430;
  private static final double RATE_BOTTOM = 484;
  private static final double TEXT = 9;

  /** Steps that say their numbers to who points at them. */
  private static final int MOST_SPOTS = 300;

  private static final int PIXELS = 2;

  private final List<LogEntry.Step> steps = new ArrayList<>();
  private final List<LogEntry.Evaluation> evaluations = new ArrayList<>();
  private final double[] smoothed;
  private final int lastStep;
  private final double low;
  private final double high;
  private final double peak;

  private LossCurve(List<LogEntry> entries) {
    for (LogEntry entry : entries) {
      if (entry instanceof LogEntry.Step it && Double.isFinite(it.loss())) {
        steps.add(it);
      } else if (entry instanceof LogEntry.Evaluation it && Double.isFinite(it.loss())) {
        evaluations.add(it);
      }
    }
    Smoothing smoothing = Smoothing.of(steps.size());
    this.smoothed = steps.stream().mapToDouble(it -> smoothing.next(it.loss())).toArray();
    this.lastStep = Math.max(1, entries.stream().mapToInt(LogEntry::step).max().orElse(1));
    double[] shown = shownLosses();
    double least = Arrays.stream(shown).min().orElse(0);
    double most = Arrays.stream(shown).max().orElse(1);
    double air = Math.max((most - least) * 0.05, Math.max(Math.abs(most), 1e-6) * 0.005);
    this.low = least - air;
    this.high = most + air;
    this.peak = steps.stream().mapToDouble(LogEntry.Step::learningRate).max().orElse(0);
  }

  /** Of a log's entries; what is not about losses does not matter. */
  public static LossCurve of(List<LogEntry> entries) {
    return new LossCurve(entries);
  }

  /** A PNG file of 1920 × 1080 pixels, which are the same on every machine. */
  public byte[] png() {
    return Raster.png(drawing(), PIXELS);
  }

  /** An element to stand in a page. */
  String svg() {
    return Svg.of(drawing(), "loss over steps");
  }

  /** All that must be seen: every loss but the highest hundredth of those of single steps. */
  private double[] shownLosses() {
    double[] sorted = steps.stream().mapToDouble(LogEntry.Step::loss).sorted().toArray();
    int kept = sorted.length - sorted.length / 100;
    return DoubleStream.concat(
            Arrays.stream(sorted, 0, kept),
            DoubleStream.concat(
                Arrays.stream(smoothed),
                evaluations.stream().mapToDouble(LogEntry.Evaluation::loss)))
        .toArray();
  }

  private Drawing drawing() {
    List<Mark> marks = new ArrayList<>();
    lossAxis(marks);
    stepAxis(marks);
    rateStrip(marks);
    legend(marks);
    if (!steps.isEmpty()) {
      double[] losses = steps.stream().mapToDouble(LogEntry.Step::loss).toArray();
      marks.add(new Mark.Line(thinned(losses), Mark.Ink.RAW, 1));
      marks.add(new Mark.Line(thinned(smoothed), Mark.Ink.SMOOTHED, 2));
    }
    validation(marks);
    spots(marks);
    return new Drawing(WIDTH, HEIGHT, marks);
  }

  private void lossAxis(List<Mark> marks) {
    Ticks ticks = Ticks.of(low, high, 7, 0);
    for (double it : ticks.values()) {
      marks.add(Mark.Line.of(LEFT, y(it), RIGHT, y(it), Mark.Ink.GRID, 1));
      label(marks, LEFT - 8, y(it) + TEXT / 2, Mark.Anchor.END, ticks.text(it));
    }
    marks.add(Mark.Line.of(LEFT, TOP, LEFT, BOTTOM, Mark.Ink.AXIS, 1));
    marks.add(Mark.Line.of(LEFT, BOTTOM, RIGHT, BOTTOM, Mark.Ink.AXIS, 1));
  }

  private void stepAxis(List<Mark> marks) {
    Ticks ticks = Ticks.of(0, lastStep, 10, 1);
    for (double it : ticks.values()) {
      double x = x(it);
      marks.add(Mark.Line.of(x, TOP, x, BOTTOM, Mark.Ink.GRID, 1));
      marks.add(Mark.Line.of(x, BOTTOM, x, BOTTOM + 4, Mark.Ink.AXIS, 1));
      marks.add(Mark.Line.of(x, RATE_BOTTOM, x, RATE_BOTTOM + 4, Mark.Ink.AXIS, 1));
      label(marks, x, RATE_BOTTOM + 20, Mark.Anchor.MIDDLE, ticks.wholeText(it));
    }
    label(marks, (LEFT + RIGHT) / 2, RATE_BOTTOM + 42, Mark.Anchor.MIDDLE, "steps");
  }

  private void rateStrip(List<Mark> marks) {
    marks.add(Mark.Line.of(LEFT, RATE_TOP, LEFT, RATE_BOTTOM, Mark.Ink.AXIS, 1));
    marks.add(Mark.Line.of(LEFT, RATE_BOTTOM, RIGHT, RATE_BOTTOM, Mark.Ink.AXIS, 1));
    label(marks, LEFT - 8, RATE_BOTTOM, Mark.Anchor.END, "0");
    if (!steps.isEmpty() && peak > 0) {
      label(marks, LEFT - 8, RATE_TOP + TEXT, Mark.Anchor.END, Figures.shortRate(peak));
      List<Mark.Point> points = new ArrayList<>();
      int every = Math.max(1, steps.size() / (int) (RIGHT - LEFT));
      for (int i = 0; i < steps.size(); i += every) {
        LogEntry.Step it = steps.get(i);
        double share = Double.isFinite(it.learningRate()) ? it.learningRate() / peak : 0;
        points.add(
            new Mark.Point(x(it.step()), RATE_BOTTOM - share * (RATE_BOTTOM - RATE_TOP - 4)));
      }
      marks.add(new Mark.Line(points, Mark.Ink.RATE, 1.6));
    }
  }

  private void legend(List<Mark> marks) {
    double x = LEFT;
    x = legend(marks, x, Mark.Ink.RAW, "loss of a step");
    x = legend(marks, x, Mark.Ink.SMOOTHED, "smoothed");
    if (!evaluations.isEmpty()) {
      x = legend(marks, x, Mark.Ink.VALIDATION, "validation loss");
    }
    legend(marks, x, Mark.Ink.RATE, "learning rate");
  }

  private static double legend(List<Mark> marks, double x, Mark.Ink ink, String text) {
    double middle = 24;
    marks.add(Mark.Line.of(x, middle, x + 20, middle, ink, 3));
    label(marks, x + 28, middle + TEXT / 2, Mark.Anchor.START, text);
    return x + 28 + StrokeFont.width(text, TEXT) + 32;
  }

  private static void label(List<Mark> marks, double x, double y, Mark.Anchor anchor, String text) {
    marks.add(new Mark.Label(new Mark.Point(x, y), anchor, TEXT, Mark.Ink.TEXT, text));
  }

  private void validation(List<Mark> marks) {
    if (evaluations.isEmpty()) {
      return;
    }
    marks.add(
        new Mark.Line(
            evaluations.stream().map(it -> new Mark.Point(x(it.step()), y(it.loss()))).toList(),
            Mark.Ink.VALIDATION,
            1.2));
    for (LogEntry.Evaluation it : evaluations) {
      marks.add(
          new Mark.Dot(
              new Mark.Point(x(it.step()), y(it.loss())),
              it.isBest() ? 5 : 3.5,
              Mark.Ink.VALIDATION,
              "step %d: validation loss %s%s"
                  .formatted(it.step(), Figures.loss(it.loss()), it.isBest() ? ", the best" : "")));
    }
  }

  private void spots(List<Mark> marks) {
    int every = Math.ceilDiv(Math.max(1, steps.size()), MOST_SPOTS);
    for (int i = 0; i < steps.size(); i += every) {
      LogEntry.Step it = steps.get(i);
      marks.add(
          new Mark.Dot(
              new Mark.Point(x(it.step()), y(smoothed[i])),
              6,
              Mark.Ink.NONE,
              "step %d: loss %s, smoothed %s, learning rate %s"
                  .formatted(
                      it.step(),
                      Figures.loss(it.loss()),
                      Figures.loss(smoothed[i]),
                      Figures.rate(it.learningRate()))));
    }
  }

  /** The lowest and the highest of all steps that fall on the same place. */
  private List<Mark.Point> thinned(double[] values) {
    List<Mark.Point> points = new ArrayList<>();
    int i = 0;
    while (i < values.length) {
      int begin = i;
      int lowest = i;
      int highest = i;
      long column = Math.round(x(steps.get(begin).step()));
      for (; i < values.length && Math.round(x(steps.get(i).step())) == column; i++) {
        lowest = values[i] < values[lowest] ? i : lowest;
        highest = values[i] > values[highest] ? i : highest;
      }
      points.add(point(Math.min(lowest, highest), values));
      if (lowest != highest) {
        points.add(point(Math.max(lowest, highest), values));
      }
    }
    return points;
  }

  private Mark.Point point(int index, double[] values) {
    return new Mark.Point(x(steps.get(index).step()), y(values[index]));
  }

  private double x(double step) {
    return LEFT + (RIGHT - LEFT) * step / lastStep;
  }

  private double y(double loss) {
    return Math.clamp(BOTTOM - (BOTTOM - TOP) * (loss - low) / (high - low), TOP, BOTTOM);
  }
}
