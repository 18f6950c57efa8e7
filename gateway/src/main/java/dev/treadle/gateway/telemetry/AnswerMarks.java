package dev.treadle.gateway.telemetry;

import dev.treadle.transcript.JsonCursor;
import dev.treadle.transcript.TreadleException;
import java.util.ArrayList;
import java.util.List;

/** Reads into a span what an answer says of itself: id, model, and why it ended. */
public final class AnswerMarks {
  private final OpenSpan span;
  private final JsonCursor json;
  private final List<String> reasons = new ArrayList<>();

  private AnswerMarks(OpenSpan span, JsonCursor json) {
    this.span = span;
    this.json = json;
  }

  /** Reads a whole answer, or a folded stream, of any of the protocols. */
  public static void read(byte[] answer, OpenSpan span) {
    AnswerMarks marks = new AnswerMarks(span, JsonCursor.of(answer));
    try {
      marks.read();
    } catch (TreadleException e) {
      // An answer of some other kind: what was read of it is told.
      marks.tellReasons();
    }
  }

  private void read() {
    if (json.kind() != '{') {
      return;
    }
    json.enter();
    while (json.nextName()) {
      switch (json.name()) {
        case "id" -> told(GenAi.RESPONSE_ID);
        case "model" -> told(GenAi.RESPONSE_MODEL);
        case "stop_reason" -> reason(); // Messages
        case "choices" -> choices(); // chat
        case "status" -> status(); // Responses
        case "incomplete_details" -> incomplete();
        default -> json.skip();
      }
    }
    tellReasons();
  }

  private void told(String name) {
    String value = json.textOrEmpty();
    if (!value.isEmpty()) {
      span.text(name, value);
    }
  }

  private void reason() {
    String reason = json.textOrEmpty();
    if (!reason.isEmpty()) {
      reasons.add(reason);
    }
  }

  private void choices() {
    if (json.kind() != '[') {
      json.skip();
      return;
    }
    json.enter();
    while (json.nextElement()) {
      if (json.kind() == '{') {
        below("finish_reason");
      } else {
        json.skip();
      }
    }
  }

  /** How a response ended; that it is incomplete says less than the reason beside it. */
  private void status() {
    String status = json.textOrEmpty();
    if (!status.isEmpty() && !status.equals("incomplete")) {
      reasons.add(status);
    }
  }

  private void incomplete() {
    if (json.kind() == '{') {
      below("reason");
    } else {
      json.skip();
    }
  }

  private void below(String name) {
    json.enter();
    while (json.nextName()) {
      if (json.isNamed(name)) {
        reason();
      } else {
        json.skip();
      }
    }
  }

  private void tellReasons() {
    if (!reasons.isEmpty()) {
      span.texts(GenAi.FINISH_REASONS, reasons);
    }
  }
}
