package dev.treadle.gateway;

import dev.treadle.gateway.http.Headers;
import dev.treadle.store.Durability;
import dev.treadle.transcript.TreadleException;

/** Whether the exchange of one call is kept, when, and what follows where it cannot be. */
final class Keeping {
  private final Capture capture;
  private final Comparing comparing;
  private final CallNotes notes;
  private final boolean captures;
  private final boolean keepsFirst;
  private final boolean refuses;

  /** As a route says, unless the client, by {@code headers}, wants nothing kept. */
  Keeping(Core core, CallNotes notes, RouteSettings route, Headers headers) {
    this.capture = core.capture();
    this.comparing = core.comparing();
    this.notes = notes;
    this.captures = route.captures() && !isUnwanted(headers);
    this.keepsFirst = captures && route.durability() == Durability.BEFORE_ANSWER;
    this.refuses = route.onCaptureFailure() == RouteSettings.OnCaptureFailure.REFUSE;
  }

  /** Whether a client wants that nothing is kept of its request. */
  static boolean isUnwanted(Headers headers) {
    return headers.first("x-treadle-no-store").filter(Keeping::isYes).isPresent();
  }

  private static boolean isYes(String value) {
    return value.equals("1") || value.equalsIgnoreCase("true") || value.equalsIgnoreCase("yes");
  }

  /** What a client is told whose exchange cannot be kept, on a route that must keep it. */
  static Failure refusal() {
    return Failure.own(
        Failure.Verdict.TELL,
        503,
        "capture_failed",
        "this exchange cannot be kept at the moment, and its route does not answer without");
  }

  /** False where the last record could not be kept, nor can this request, and it must be. */
  boolean mayBegin() {
    return !captures || !refuses || !capture.isFailing() || isRequestKept();
  }

  /** Keeps a request whose answer begins now, where it must be safe; false for a refusal. */
  boolean isRequestSafe() {
    return !keepsFirst || isRequestKept() || !refuses;
  }

  private boolean isRequestKept() {
    try {
      capture.keepOpen(notes);
      return true;
    } catch (TreadleException e) {
      return false;
    }
  }

  /** Keeps an exchange that must be safe before its answer is whole; false for a refusal. */
  boolean isSafe() {
    if (!keepsFirst) {
      return true;
    }
    try {
      capture.keepNow(notes);
      return true;
    } catch (TreadleException e) {
      return !refuses;
    }
  }

  /** The client has its answer. From here on its record belongs to the capture's thread. */
  void answered() {
    if (captures && !keepsFirst) {
      capture.keepLater(notes);
    } else if (captures) {
      comparing.answered(notes);
    }
  }

  /** The client is gone: nobody waits for the record, so it may take its time. */
  void cancelled() {
    if (captures) {
      capture.keepLater(notes);
    }
  }
}
