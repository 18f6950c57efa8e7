package dev.treadle.routing.learning;

import java.util.SplittableRandom;

/**
 * Random Fourier features (Rahimi and Recht, 2007): cosines of random projections, whose inner
 * product is about exp(-sharpness · distance²). They make a linear model see which texts lie near.
 */
final class Waves {
  private final float[][] directions;
  private final float[] phases;

  Waves(int dimensions, int waves, double sharpness, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double deviation = Math.sqrt(2 * sharpness);
    directions = new float[waves][dimensions];
    phases = new float[waves];
    for (int wave = 0; wave < waves; wave++) {
      for (int i = 0; i < dimensions; i++) {
        directions[wave][i] = (float) (deviation * random.nextGaussian());
      }
      phases[wave] = (float) (random.nextDouble() * 2 * Math.PI);
    }
  }

  int size() {
    return phases.length;
  }

  /** Writes the waves at a point, the whole of length about the root of {@code weight}. */
  void put(float[] point, double weight, float[] into, int from) {
    double scale = Math.sqrt(2 * weight / phases.length);
    for (int wave = 0; wave < phases.length; wave++) {
      float[] direction = directions[wave];
      float angle = phases[wave];
      for (int i = 0; i < point.length; i++) {
        angle += direction[i] * point[i];
      }
      into[from + wave] = (float) (scale * Math.cos(angle));
    }
  }
}
