package dev.treadle.measure.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.treadle.measure.statistics.CostQuality.Curve;
import dev.treadle.measure.statistics.CostQuality.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

class CostQualityTest {
  private static final double[] WEAK = {1, 0, 0, 1};
  private static final double[] STRONG = {1, 1, 1, 0};

  /** By hand: 0.5, 0.75, 1, 1, 0.75 at 0, 1/4 … 1; area 0.84375. */
  @Test
  void curveOfTheRightOrder() {
    Curve it = CostQuality.curve(WEAK, STRONG, new double[] {2, 4, 3, 1});

    assertThat(it.weak()).isEqualTo(0.5);
    assertThat(it.strong()).isEqualTo(0.75);
    assertThat(it.quality(0.25)).isEqualTo(0.75);
    assertThat(it.quality(0.625)).isEqualTo(1);
    assertThat(it.area()).isCloseTo(0.84375, within(1e-12));
    assertThat(it.apgr()).isCloseTo(1.375, within(1e-12));
    assertThat(it.shareToRecover(0.5)).isCloseTo(0.125, within(1e-12));
    assertThat(it.shareToRecover(0)).isZero();
    assertThat(it.shareToRecover(3)).isNaN();
  }

  /** A router that prefers nothing is chance: the line between the two. */
  @Test
  void equalPreferencesAreAStraightLine() {
    Curve it = CostQuality.curve(WEAK, STRONG, new double[4]);

    assertThat(it.apgr()).isCloseTo(0.5, within(1e-12));
    assertThat(it.shareToRecover(0.8)).isCloseTo(0.8, within(1e-12));
  }

  @Test
  void frontierLeavesOutWhatIsBeaten() {
    List<Point> points =
        List.of(
            new Point("dear", 5, 0.9),
            new Point("cheap", 1, 0.5),
            new Point("beaten", 2, 0.4),
            new Point("same price", 1, 0.45),
            new Point("middle", 3, 0.8),
            new Point("no better", 4, 0.8));

    assertThat(CostQuality.frontier(points))
        .extracting(Point::name)
        .containsExactly("cheap", "middle", "dear");
  }

  @Test
  void sweepGoesFromTheBestToTheCheapest() {
    double[][] scores = {{0, 1}, {1, 1}};
    double[][] costs = {{1, 10}, {1, 10}};

    List<Point> points = CostQuality.sweep(scores, costs, scores, costs, new double[] {0, 0.01, 1});

    assertThat(points.get(0)).isEqualTo(new Point("0.0", 5.5, 1));
    assertThat(points.get(1)).isEqualTo(new Point("0.01", 5.5, 1));
    assertThat(points.get(2)).isEqualTo(new Point("1.0", 1, 0.5));
  }
}
