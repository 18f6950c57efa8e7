package dev.treadle.gateway;

import dev.treadle.gateway.upstream.CallFailed;
import dev.treadle.gateway.upstream.Trouble;
import dev.treadle.gateway.upstream.UpstreamAnswer;
import dev.treadle.gateway.upstream.Watch;
import dev.treadle.transcript.TreadleException;
import dev.treadle.transcript.dialect.ApiError;
import dev.treadle.transcript.dialect.Protocol;
import dev.treadle.transcript.dialect.SseEvent;
import dev.treadle.transcript.dialect.SseParser;
import dev.treadle.transcript.dialect.StreamTranslator;
import dev.treadle.transcript.dialect.StreamedAnswer;
import dev.treadle.transcript.dialect.StreamedAnswer.Kind;
import dev.treadle.transcript.dialect.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A streamed answer on its way from an upstream to a client: read event by event, followed as the
 * upstream says it, translated where the client speaks otherwise.
 *
 * <p>What comes before the first content (role chunk, {@code message_start}, pings) is held back:
 * until then the client has seen nothing, and another upstream can be asked.
 */
final class AnswerStream implements AutoCloseable {
  private static final int BUFFER = 4096;
  private static final int MAX_EVENT_BYTES = 16 << 20;
  private static final int MAX_HELD = 1000;

  private final UpstreamAnswer answer;
  private final Watch watch;
  private final SseParser parser = new SseParser(MAX_EVENT_BYTES);
  private final byte[] buffer = new byte[BUFFER];
  private final StreamedAnswer said;
  private final StreamedAnswer sent;
  private final @Nullable StreamTranslator translator;
  private final boolean hidesUsage;
  private List<SseEvent> out = new ArrayList<>();
  private @Nullable CallFailed failure;
  private @Nullable SseEvent errorEvent;
  private boolean hasContent;
  private boolean isOver;
  private boolean isClosed;

  /**
   * Begins with the body of an answer.
   *
   * @param from the upstream's protocol
   * @param to the client's
   * @param includesUsage whether the client asked for token counts; if not, chat's chunk with them
   *     is kept from it
   * @param created seconds since 1970
   */
  AnswerStream(
      UpstreamAnswer answer,
      Watch watch,
      Protocol from,
      Protocol to,
      boolean includesUsage,
      long created) {
    this.answer = answer;
    this.watch = watch;
    this.said = StreamedAnswer.of(from);
    if (from == to) {
      this.translator = null;
      this.sent = said;
    } else {
      this.translator = StreamTranslator.of(from, to, includesUsage, created);
      this.sent = StreamedAnswer.of(to);
    }
    this.hidesUsage = from == Protocol.CHAT && to == Protocol.CHAT && !includesUsage;
  }

  /**
   * Reads until there is something that the client could see.
   *
   * @return the error that came instead
   * @throws CallFailed where nothing came
   */
  Optional<ApiError> open() throws CallFailed {
    List<SseEvent> held = new ArrayList<>();
    while (!hasContent) {
      List<SseEvent> events = next();
      if (said.error().isPresent()) {
        return said.error();
      }
      held.addAll(events);
      if (failure != null) {
        throw failure;
      }
      if (isOver && !hasContent) {
        throw failed(Trouble.UPSTREAM_CUT, "the stream ended before it said anything");
      }
      if (held.size() > MAX_HELD) {
        throw failed(
            Trouble.BAD_ANSWER, "the stream has " + held.size() + " events and says nothing");
      }
    }
    Trouble late = watch.trouble();
    if (late != null) {
      // The connection was given up just as the first content came: nobody has seen it yet.
      throw failed(late, "the first content came too late");
    }
    out = held;
    return Optional.empty();
  }

  private CallFailed failed(Trouble trouble, String message) {
    CallFailed why = new CallFailed(trouble, message);
    failure = why;
    return why;
  }

  /** What was held back, with the first content; to be sent first. */
  List<SseEvent> opening() {
    List<SseEvent> opening = out;
    out = new ArrayList<>();
    return opening;
  }

  /**
   * The events for the client out of the next bytes from the upstream; none while there is nothing
   * to be told. When {@link #isOver} there are no more.
   */
  List<SseEvent> next() {
    out = new ArrayList<>();
    try {
      int count = answer.read(buffer);
      if (count < 0) {
        end();
      } else {
        parser.feed(buffer, 0, count, this::take);
      }
    } catch (CallFailed e) {
      fail(e);
    } catch (TreadleException e) {
      fail(new CallFailed(Trouble.TOO_LARGE, String.valueOf(e.getMessage()), e));
    }
    return out;
  }

  private void end() {
    isOver = true;
    if (!said.isEnded() && !said.isFinished()) {
      fail(new CallFailed(Trouble.UPSTREAM_CUT, "the stream ended in the middle of the answer"));
    } else if (translator != null && !said.isEnded()) {
      translator.end().forEach(this::send);
    }
  }

  private void fail(CallFailed why) {
    isOver = true;
    if (failure == null && said.error().isEmpty() && !said.isEnded()) {
      failure = why;
    }
  }

  private void take(SseEvent event) {
    if (isOver) {
      return;
    }
    Kind kind = said.follow(event);
    switch (kind) {
      case MALFORMED ->
          fail(new CallFailed(Trouble.BAD_ANSWER, "an event of the stream is not JSON"));
      case ERROR -> {
        isOver = true;
        errorEvent = translator == null ? event : null;
      }
      case END -> {
        isOver = true;
        pass(event);
      }
      case CONTENT -> {
        if (!hasContent) {
          hasContent = true;
          watch.contentCame();
        }
        pass(event);
      }
      case USAGE -> {
        if (!hidesUsage) {
          pass(event);
        }
      }
      case KEEP_ALIVE -> {
        if (translator == null && isHarmless(event)) {
          out.add(event);
        }
      }
      case PREAMBLE -> pass(event);
    }
  }

  /** Clients break on an event without data that is not a comment. */
  private static boolean isHarmless(SseEvent event) {
    return !event.isComment() || event.raw()[0] == ':';
  }

  private void pass(SseEvent event) {
    if (translator == null) {
      out.add(event);
    } else {
      translator.translate(event).forEach(this::send);
    }
  }

  private void send(SseEvent event) {
    sent.follow(event);
    out.add(event);
  }

  /** Whether nothing more will come. */
  boolean isOver() {
    return isOver;
  }

  /** What the upstream said went wrong, after its first content. */
  Optional<ApiError> error() {
    return said.error();
  }

  /** The upstream's own error event, where it is in the client's protocol. */
  Optional<SseEvent> errorEvent() {
    return Optional.ofNullable(errorEvent);
  }

  /** What went wrong with the connection, after the first content. */
  Optional<CallFailed> failure() {
    return Optional.ofNullable(failure);
  }

  /** Whether an event is the last one of a whole answer, for the client. */
  static boolean isClosing(Protocol protocol, SseEvent event) {
    return switch (protocol) {
      case CHAT -> event.data().startsWith("[DONE]");
      case MESSAGES -> event.name().equals("message_stop");
      case RESPONSES ->
          event.name().equals("response.completed") || event.name().equals("response.incomplete");
    };
  }

  Optional<Usage> usage() {
    return said.usage();
  }

  /** The answer as the client got it, in its protocol's form without streaming. */
  StreamedAnswer sent() {
    return sent;
  }

  List<String> losses() {
    return translator == null ? List.of() : translator.losses();
  }

  /** Tells the upstream's circuit breaker how it went, and lets the connection go. */
  @Override
  public void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    if (failure != null) {
      answer.failed(failure.trouble());
    } else if (said.error().filter(it -> it.status() >= 500).isPresent()) {
      answer.failed(Trouble.BAD_ANSWER);
    } else {
      answer.succeeded();
    }
    if (said.isEnded()) {
      answer.finish();
    }
    answer.close();
  }
}
