package dev.treadle.transcript;

import java.util.Locale;
import java.util.Optional;

/**
 * What came of a trajectory.
 *
 * @param reward 0 to 1
 * @param trainable whether it may be trained on
 * @param patch a unified diff
 * @param exit why the agent stopped, such as {@code submitted}
 */
public record Outcome(
    Verdict verdict,
    Optional<Double> reward,
    boolean trainable,
    Optional<String> patch,
    Optional<String> exit) {

  /** Whether the task was done. */
  public enum Verdict {
    RESOLVED,
    UNRESOLVED,
    /** The machinery failed, not the model. */
    INFRA_FAILURE,
    ERROR;

    /** The name on disk. */
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
