package dev.treadle.routing;

/**
 * What a learned policy aims at: the utility of an answer is its quality less its price.
 *
 * @param qualityPerUsd how much quality (from 0 to 1) one US dollar must buy; 0: cost is no matter
 * @param explorationFloor the least probability of every candidate, while it explores
 * @param explores whether a target is drawn by its probability of being the best; else the best
 *     estimate is taken
 * @param switchGain how much better (in utility) another target must be expected to be before a
 *     conversation moves to it, beside what the lost prompt cache costs
 */
public record Objective(
    double qualityPerUsd, double explorationFloor, boolean explores, double switchGain) {
  /** Quality alone, with a little exploration. */
  public static final Objective QUALITY = new Objective(0, 0.01, true, 0.02);

  public Objective {
    if (!(qualityPerUsd >= 0) || Double.isInfinite(qualityPerUsd)) {
      throw new IllegalArgumentException("quality per USD is 0 or more: " + qualityPerUsd);
    }
    if (!(explorationFloor >= 0 && explorationFloor <= 0.5)) {
      throw new IllegalArgumentException("a floor is from 0 to 0.5: " + explorationFloor);
    }
    if (!(switchGain >= 0 && switchGain <= 1)) {
      throw new IllegalArgumentException("a switch's gain is from 0 to 1: " + switchGain);
    }
  }

  /** The same, with quality at that price. */
  public Objective at(double perUsd) {
    return new Objective(perUsd, explorationFloor, explores, switchGain);
  }

  /** The same, without exploration. */
  public Objective greedy() {
    return new Objective(qualityPerUsd, explorationFloor, false, switchGain);
  }

  double utility(double quality, double costUsd) {
    return quality - qualityPerUsd * costUsd;
  }
}
