package dev.treadle.gateway.scripted;

import dev.treadle.gateway.scripted.Rule.Failure;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Brings one answer onto the wire as the plan has it: at its pace, and with its fault at the exact
 * byte. A stream is cut between two events; a body in its middle.
 */
final class Delivery {
  private static final String JSON = "application/json";
  private static final String EVENTS = "text/event-stream; charset=utf-8";
  private static final Duration SLOW = Duration.ofMillis(100);
  private static final int SLOW_BYTES = 16;
  private static final byte[] NOTHING = {};
  private static final byte[] HTML =
      "<!doctype html><html><body><h1>Welcome</h1><p>Sign in to go on.</p></body></html>\n"
          .getBytes(StandardCharsets.UTF_8);
  private static final byte[] FILLER = "x".repeat(8 << 10).getBytes(StandardCharsets.US_ASCII);

  private final Wire wire;
  private final ModelApi api;
  private final long number;
  private final Behaviour.Plan plan;
  private final Map<String, String> headers;

  Delivery(Wire wire, ModelApi api, long number, Behaviour.Plan plan) {
    this.wire = wire;
    this.api = api;
    this.number = number;
    this.plan = plan;
    this.headers = new TreeMap<>(plan.headers());
    headers.putIfAbsent(api.requestIdHeader(), "req_" + number);
  }

  /** An error instead of an answer. */
  void error(int status, String message, String field) throws IOException {
    body(status, JSON, bytes(status, message, field));
  }

  /** A streamed answer. */
  void stream(List<StreamEvent> events) throws IOException {
    wire.pause(plan.pace().delay());
    switch (plan.failure().orElse(null)) {
      case null -> stream(events, plan.pace().pause(), -1);
      case Failure.Status it -> status(it);
      case Failure.Wire it -> stream(events, it);
    }
  }

  /** An answer in one piece. */
  void whole(byte[] body) throws IOException {
    wire.pause(plan.pace().delay());
    switch (plan.failure().orElse(null)) {
      case null -> body(200, JSON, body);
      case Failure.Status it -> status(it);
      case Failure.Wire it -> whole(body, it);
    }
  }

  private void status(Failure.Status failure) throws IOException {
    failure
        .retryAfter()
        .ifPresent(
            it -> {
              headers.put("retry-after", String.valueOf((it.toMillis() + 999) / 1000));
              headers.put("retry-after-ms", String.valueOf(it.toMillis()));
            });
    error(failure.code(), "scripted failure " + failure.code(), "");
  }

  private byte[] bytes(int status, String message, String field) {
    return Json.write(api.error(number, status, message, field));
  }

  private void body(int status, String type, byte[] body) throws IOException {
    wire.head(status, type, headers, body.length);
    wire.raw(body, 0, body.length);
    wire.flush();
  }

  private void stream(List<StreamEvent> events, Failure.Wire failure) throws IOException {
    switch (failure.fault()) {
      case WRONG_CONTENT_TYPE -> body(200, "text/html; charset=utf-8", HTML);
      case EMPTY_STREAM -> stream(List.of(), Duration.ZERO, -1);
      case SLOW -> stream(events, slowly(), -1);
      case RATE_LIMITED,
          SERVER_ERROR,
          OVERLOADED,
          CUT_BEFORE_FIRST_TOKEN,
          CUT_AFTER_FIRST_TOKEN,
          STALL_BEFORE_FIRST_TOKEN,
          STALL_AFTER_FIRST_TOKEN,
          MALFORMED_JSON,
          OVERSIZED,
          ENDLESS,
          ERROR_AFTER_FIRST_TOKEN -> {
        int after = failure.fault().isBeforeContent() ? 0 : failure.after();
        stream(events, plan.pace().pause(), strike(events, after));
      }
    }
  }

  private Duration slowly() {
    return plan.pace().pause().isZero() ? SLOW : plan.pace().pause();
  }

  /** The place of the piece of content that comes after so many; else of what follows the last. */
  private static int strike(List<StreamEvent> events, int after) {
    int seen = 0;
    int last = 0;
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i).isContent()) {
        if (seen++ == after) {
          return i;
        }
        last = i + 1;
      }
    }
    return Math.min(last, events.size() - 1);
  }

  private void stream(List<StreamEvent> events, Duration pause, int strike) throws IOException {
    wire.head(200, EVENTS, headers);
    boolean isFirst = true;
    for (int i = 0; i < events.size(); i++) {
      StreamEvent event = events.get(i);
      if (event.isContent() && !isFirst) {
        wire.pause(pause);
      }
      isFirst &= !event.isContent();
      if (i == strike) {
        strike(event, i);
        if (!isMalformed()) {
          return;
        }
      } else {
        wire.chunk(event.bytes());
      }
    }
    wire.lastChunk();
  }

  private boolean isMalformed() {
    return fault() == Fault.MALFORMED_JSON;
  }

  private Fault fault() {
    return ((Failure.Wire) plan.failure().orElseThrow()).fault();
  }

  private void strike(StreamEvent event, int place) throws IOException {
    switch (fault()) {
      case CUT_BEFORE_FIRST_TOKEN, CUT_AFTER_FIRST_TOKEN -> cut(event);
      case STALL_BEFORE_FIRST_TOKEN, STALL_AFTER_FIRST_TOKEN -> wire.stall();
      case MALFORMED_JSON -> wire.chunk(event.bytes(event.data().length * 2 / 3));
      case OVERSIZED -> {
        byte[] start = event.bytes(event.data().length / 2);
        wire.chunk(Arrays.copyOf(start, start.length - 2));
        endless(FILLER);
      }
      case ENDLESS -> endless(event.bytes());
      case ERROR_AFTER_FIRST_TOKEN -> {
        wire.chunk(
            api.errorEvent(number, 500, "scripted failure inside the stream", place).bytes());
        wire.lastChunk();
      }
      case RATE_LIMITED, SERVER_ERROR, OVERLOADED, WRONG_CONTENT_TYPE, EMPTY_STREAM, SLOW ->
          throw new IllegalStateException(fault() + " does not strike inside a stream");
    }
  }

  private void cut(StreamEvent event) throws IOException {
    Cut cut = ((Failure.Wire) plan.failure().orElseThrow()).cut();
    switch (cut) {
      case CLOSE -> wire.close();
      case RESET -> wire.reset();
      case END -> wire.lastChunk();
      case MIDDLE -> {
        byte[] bytes = event.bytes();
        wire.chunk(bytes, middle(bytes));
        wire.close();
      }
    }
  }

  /** Inside a character of more than one byte, if there is one. */
  private static int middle(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] < 0) {
        return i + 1;
      }
    }
    return bytes.length / 2;
  }

  private void endless(byte[] piece) throws IOException {
    while (wire.isOpen()) {
      wire.pause(plan.pace().pause());
      wire.chunk(piece);
    }
  }

  private void whole(byte[] body, Failure.Wire failure) throws IOException {
    switch (failure.fault()) {
      case CUT_BEFORE_FIRST_TOKEN -> cutBefore(failure.cut());
      case CUT_AFTER_FIRST_TOKEN -> cutInside(body, failure.cut());
      case STALL_BEFORE_FIRST_TOKEN -> wire.stall();
      case STALL_AFTER_FIRST_TOKEN -> {
        half(body, body.length / 2, body.length);
        wire.stall();
      }
      case MALFORMED_JSON -> body(200, JSON, Arrays.copyOf(body, body.length * 2 / 3));
      case WRONG_CONTENT_TYPE -> body(200, "text/html; charset=utf-8", HTML);
      case OVERSIZED, ENDLESS -> {
        wire.head(200, JSON, headers);
        wire.chunk("{\"id\":\"".getBytes(StandardCharsets.US_ASCII));
        endless(FILLER);
      }
      case ERROR_AFTER_FIRST_TOKEN ->
          body(200, JSON, bytes(500, "scripted failure under status 200", ""));
      case EMPTY_STREAM -> body(200, JSON, NOTHING);
      case SLOW -> slowly(body);
      case RATE_LIMITED, SERVER_ERROR, OVERLOADED ->
          throw new IllegalStateException(failure.fault() + " is a status");
    }
  }

  private void cutBefore(Cut cut) throws IOException {
    switch (cut) {
      case CLOSE -> wire.close();
      case RESET -> wire.reset();
      case END -> body(200, JSON, NOTHING);
      case MIDDLE -> {
        byte[] status = "HTTP/1.1 20".getBytes(StandardCharsets.US_ASCII);
        wire.raw(status, 0, status.length);
        wire.close();
      }
    }
  }

  private void cutInside(byte[] body, Cut cut) throws IOException {
    int half = body.length / 2;
    switch (cut) {
      case CLOSE -> {
        half(body, half, body.length);
        wire.close();
      }
      case RESET -> {
        half(body, half, body.length);
        wire.reset();
      }
      case END -> half(body, half, half);
      case MIDDLE -> {
        half(body, middle(body), body.length);
        wire.close();
      }
    }
  }

  private void half(byte[] body, int length, int promised) throws IOException {
    wire.head(200, JSON, headers, promised);
    wire.raw(body, 0, length);
    wire.flush();
  }

  private void slowly(byte[] body) throws IOException {
    wire.head(200, JSON, headers, body.length);
    for (int from = 0; from < body.length; from += SLOW_BYTES) {
      wire.raw(body, from, Math.min(SLOW_BYTES, body.length - from));
      wire.pause(slowly());
    }
    wire.flush();
  }
}
