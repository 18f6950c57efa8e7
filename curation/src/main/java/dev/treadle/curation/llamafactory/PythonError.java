package dev.treadle.curation.llamafactory;

/**
 * The point at which the trainer's own code would throw and its run stop; caught at the end of
 * every emulation and turned into a {@link Verdict.Raised}.
 *
 * <p>An exception and not a value, because that is what is being emulated: it leaves the conversion
 * from any depth. It has no stack trace and costs little.
 */
final class PythonError extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Reason reason;

  PythonError(Reason reason, String explanation) {
    super(explanation, null, false, false);
    this.reason = reason;
  }

  Verdict.Raised verdict() {
    return new Verdict.Raised(reason, String.valueOf(getMessage()));
  }
}
