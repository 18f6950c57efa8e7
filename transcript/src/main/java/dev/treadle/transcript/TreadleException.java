package dev.treadle.transcript;

import org.jspecify.annotations.Nullable;

/** The end of an operation: a code, and a message that says what, which, where and what to do. */
public final class TreadleException extends RuntimeException {
  private final transient ErrorCode code;

  public TreadleException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public ErrorCode code() {
    return code;
  }
}
