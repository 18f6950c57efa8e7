package dev.treadle.measure;

import dev.treadle.transcript.Blame;
import dev.treadle.transcript.ErrorCode;
import dev.treadle.transcript.TreadleException;
import org.jspecify.annotations.Nullable;

/** The failures of measuring and of small models: numbers 3000 to 3999. */
public enum MeasureError implements ErrorCode {
  TEXT_MODEL_DAMAGED(3010, Blame.RESOURCES),
  TEXT_MODEL_UNKNOWN(3011, Blame.USER),
  TEXT_TRAINING_REFUSED(3012, Blame.USER);

  private final int number;
  private final Blame blame;

  MeasureError(int number, Blame blame) {
    this.number = number;
    this.blame = blame;
  }

  @Override
  public int number() {
    return number;
  }

  @Override
  public Blame blame() {
    return blame;
  }

  public TreadleException because(String message) {
    return because(message, null);
  }

  public TreadleException because(String message, @Nullable Throwable cause) {
    return new TreadleException(this, message, cause);
  }
}
