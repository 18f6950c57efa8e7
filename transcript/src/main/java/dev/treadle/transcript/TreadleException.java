package dev.treadle.transcript;

import org.jspecify.annotations.Nullable;

/**
 * Ends an operation. Its message is one line: what, which value, where, and what to do about it.
 */
public final class TreadleException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient ErrorCode code;

  public TreadleException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public TreadleException(ErrorCode code, String message) {
    this(code, message, null);
  }

  public ErrorCode code() {
    return code;
  }
}
