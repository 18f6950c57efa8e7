package dev.treadle.gateway;

import dev.treadle.gateway.cache.Recording;
import dev.treadle.gateway.http.Headers;
import dev.treadle.gateway.http.HttpAnswer;
import dev.treadle.gateway.upstream.CallFailed;
import dev.treadle.gateway.upstream.Trouble;
import dev.treadle.gateway.upstream.Watch;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.RawJson;
import dev.treadle.transcript.dialect.ApiError;
import dev.treadle.transcript.dialect.SseEvent;
import dev.treadle.transcript.dialect.Usage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Passes a stream on to the client, and says how it ended.
 *
 * <p>The stream has its first content, so the client is told 200 now; whatever happens from here on
 * can only be told inside the stream. A whole answer ends with its protocol's closing event, which
 * came from the upstream; everything else ends with an error event. On a route that keeps exchanges
 * before it answers, the request is safe before the first event, and the whole exchange before the
 * closing one.
 */
final class StreamDelivery {
  private final ModelCall call;
  private final Keeping keeping;
  private final CallNotes notes;
  private final Api api;
  private final HttpAnswer answer;
  private final Watch watch;
  private int events;
  private boolean isConcluded;
  private boolean isHandedOver;
  private final @Nullable CacheVisit visit;
  private final @Nullable Recording recording;

  /** The client cannot be written to. */
  private static final class ClientGone extends IOException {
    private static final long serialVersionUID = 1;

    ClientGone(IOException cause) {
      super(cause);
    }
  }

  StreamDelivery(
      ModelCall call, Keeping keeping, CallNotes notes, Api api, HttpAnswer answer, Watch watch) {
    this.call = call;
    this.keeping = keeping;
    this.notes = notes;
    this.api = api;
    this.answer = answer;
    this.watch = watch;
    this.visit = call.visit();
    this.recording = visit == null ? null : visit.record();
  }

  void run(Outcome.Streaming outcome) throws IOException {
    try (AnswerStream stream = outcome.stream()) {
      if (!keeping.isRequestSafe()) {
        call.send(Keeping.refusal());
        return;
      }
      Headers headers = Backend.passedBack(outcome.headers());
      long since = notes.now();
      try {
        answer.stream(
            outcome.status(),
            events(call.signed(headers, outcome.losses())),
            out -> write(stream, outcome, since, out));
      } catch (IOException e) {
        if (!isHandedOver) {
          cancelled(stream, outcome, since);
        }
        throw e;
      }
    } finally {
      if (recording != null) {
        recording.close();
      }
    }
  }

  /** The header fields of every stream. */
  static Headers events(Headers headers) {
    return headers
        .set("content-type", "text/event-stream; charset=utf-8")
        .set("cache-control", "no-cache")
        .set("x-accel-buffering", "no");
  }

  private void write(AnswerStream stream, Outcome.Streaming outcome, long since, OutputStream out)
      throws IOException {
    SseEvent closing = send(stream.opening(), out);
    notes.contentSent();
    while (!stream.isOver()) {
      SseEvent last = send(stream.next(), out);
      closing = last == null ? closing : last;
    }
    Optional<String> trouble = trouble(stream);
    if (watch.trouble() != null && watch.trouble().isClients()) {
      throw new ClientGone(new IOException("the client went away"));
    }
    stream.close();
    conclude(stream, outcome, since, trouble);
    SseEvent end = closing;
    boolean isWhole = trouble.isEmpty();
    if (trouble.isPresent()) {
      end = stream.errorEvent().orElseGet(() -> errorOf(stream).event(api.protocol()));
    } else if (!keeping.isSafe()) {
      Failure failure = Keeping.refusal();
      notes.told = failure;
      end = failure.error().event(api.protocol());
      isWhole = false;
    }
    if (end != null) {
      write(end, out);
    }
    if (visit != null && recording != null && isWhole) { // Who has the end may ask again at once.
      recording.end().ifPresent(it -> visit.keep(notes, it));
    }
    flush(out);
    if (trouble.isPresent()) {
      boolean _ = keeping.isSafe();
    }
    isHandedOver = true;
    keeping.answered();
  }

  /** Sends events, but for the closing one: what must be safe before it comes first. */
  private @Nullable SseEvent send(List<SseEvent> some, OutputStream out) throws ClientGone {
    SseEvent closing = null;
    for (SseEvent event : some) {
      if (AnswerStream.isClosing(api.protocol(), event)) {
        closing = event;
      } else {
        write(event, out);
      }
    }
    if (!some.isEmpty() && closing == null) {
      flush(out);
    }
    return closing;
  }

  private void write(SseEvent event, OutputStream out) throws ClientGone {
    try {
      byte[] raw = event.raw();
      out.write(raw, 0, raw.length);
      if (recording != null) {
        recording.add(raw);
      }
      events++;
    } catch (IOException e) {
      throw new ClientGone(e);
    }
  }

  private static void flush(OutputStream out) throws ClientGone {
    try {
      out.flush();
    } catch (IOException e) {
      throw new ClientGone(e);
    }
  }

  private static Optional<String> trouble(AnswerStream stream) {
    return stream
        .error()
        .map(it -> "stream_error_" + it.status())
        .or(() -> stream.failure().map(it -> it.trouble().wire()));
  }

  private static ApiError errorOf(AnswerStream stream) {
    return stream
        .error()
        .orElseGet(
            () -> {
              CallFailed why =
                  stream
                      .failure()
                      .orElseGet(
                          () -> new CallFailed(Trouble.UPSTREAM_CUT, "the stream broke off"));
              return Failure.of(why).error();
            });
  }

  private void conclude(
      AnswerStream stream, Outcome.Streaming outcome, long since, Optional<String> trouble) {
    isConcluded = true;
    notes.streamed(since, trouble.orElse(null));
    Optional<Usage> usage = stream.usage();
    notes.used(usage, outcome.backend().cost(outcome.model(), usage));
    notes.answered(
        trouble.isPresent() ? Exchange.State.ABORTED : Exchange.State.ANSWERED,
        sent(stream, outcome),
        trouble);
  }

  private Exchange.Answer sent(AnswerStream stream, Outcome.Streaming outcome) {
    List<String> losses = new ArrayList<>(outcome.losses());
    losses.addAll(stream.losses());
    RawJson body = RawJson.trusted(Json.write(stream.sent().body()));
    return new Exchange.Answer(outcome.status(), true, events, Optional.of(body), losses);
  }

  private void cancelled(AnswerStream stream, Outcome.Streaming outcome, long since) {
    if (visit != null) {
      visit.withdraw();
    }
    Trouble known = watch.trouble();
    Trouble why = known != null && known.isClients() ? known : Trouble.CLIENT_GONE;
    notes.streamed(isConcluded ? notes.now() : since, why.wire());
    Optional<Usage> usage = stream.usage();
    notes.used(usage, outcome.backend().cost(outcome.model(), usage));
    notes.answered(Exchange.State.CANCELLED, sent(stream, outcome), Optional.of(why.wire()));
    keeping.cancelled();
  }
}
