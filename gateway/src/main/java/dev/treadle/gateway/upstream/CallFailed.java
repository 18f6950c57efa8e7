package dev.treadle.gateway.upstream;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A call of an upstream that came to nothing, or not to its end. */
public final class CallFailed extends IOException {
  private static final long serialVersionUID = 1;

  private final Trouble trouble;

  public CallFailed(Trouble trouble, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.trouble = trouble;
  }

  public CallFailed(Trouble trouble, String message) {
    this(trouble, message, null);
  }

  public Trouble trouble() {
    return trouble;
  }
}
