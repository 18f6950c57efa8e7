package dev.treadle.gateway.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.time.Instant;
import java.util.List;

/**
 * The span of a call that goes on. One thread after the other may write to it; it is ended once.
 */
public final class OpenSpan {
  private final Span span;
  private final OtlpSpans owner;

  OpenSpan(Span span, OtlpSpans owner) {
    this.span = span;
    this.owner = owner;
  }

  /** Whether anybody will see it: if not, nothing has to be found out about it. */
  public boolean isRecorded() {
    return span.isRecording();
  }

  /** What the call is called among others. */
  public void name(String name) {
    span.updateName(name);
  }

  public void text(String name, String value) {
    span.setAttribute(name, value);
  }

  public void number(String name, long value) {
    span.setAttribute(name, value);
  }

  public void decimal(String name, double value) {
    span.setAttribute(name, value);
  }

  public void truth(String name, boolean value) {
    span.setAttribute(name, value);
  }

  public void texts(String name, List<String> values) {
    span.setAttribute(AttributeKey.stringArrayKey(name), values);
  }

  /** Says that the call came to nothing, or not to its end. No message: it may quote a prompt. */
  public void failed(String type) {
    span.setAttribute(GenAi.ERROR_TYPE, type);
    span.setStatus(StatusCode.ERROR);
  }

  /**
   * Says that an attempt came to nothing.
   *
   * @param status that the upstream answered with, or 0
   */
  public void attemptFailed(Instant end, String target, String type, int status, double seconds) {
    AttributesBuilder about =
        Attributes.builder()
            .put(GenAi.TARGET, target)
            .put(GenAi.ERROR_TYPE, type)
            .put(GenAi.ATTEMPT_DURATION, seconds);
    if (status > 0) {
      about.put(GenAi.STATUS_CODE, (long) status);
    }
    span.addEvent(GenAi.ATTEMPT_FAILED, about.build(), end);
  }

  /** The call is over. */
  public void end(Instant time) {
    try {
      span.end(time);
    } finally {
      owner.ended();
    }
  }
}
