package dev.treadle.routing;

import java.util.List;

/**
 * Why a learned policy decides as it does.
 *
 * @param workload the name of the kind of request that it was taken for
 * @param observations of that workload
 * @param models each candidate, in the policy's order
 */
public record Explanation(String workload, long observations, List<Of> models) {
  public Explanation {
    models = List.copyOf(models);
  }

  /**
   * What is expected of one model.
   *
   * @param everywhere its mean quality over all workloads
   * @param prior its mean quality in this workload, drawn to the one everywhere where little is
   *     known
   * @param refinement what the text adds to that
   * @param quality expected: the sum
   * @param deviation of the quality's estimate
   * @param costUsd expected for one answer
   * @param utility by the policy's objective
   * @param probability with which the policy chooses it
   */
  public record Of(
      String model,
      double everywhere,
      double prior,
      double refinement,
      double quality,
      double deviation,
      double costUsd,
      double utility,
      double probability) {}
}
