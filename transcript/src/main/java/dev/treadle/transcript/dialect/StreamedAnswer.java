package dev.treadle.transcript.dialect;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Follows one streamed answer: says what each event is, and folds the events into the body that the
 * same wire API would have answered without streaming. Nothing is dropped but padding ({@code
 * obfuscation}): unknown fields and blocks grow by the same rules as known ones.
 *
 * <p>It keeps the whole answer and has no limit of its own; whoever feeds it counts the bytes.
 */
public abstract sealed class StreamedAnswer permits ChatAnswer, MessagesAnswer, ResponsesAnswer {
  /** What an event is to somebody who waits for an answer. */
  public enum Kind {
    /** The stream is open, and nothing has been said yet. */
    PREAMBLE,
    /** Something of the answer; and everything after it that is nothing else. */
    CONTENT,
    /** Chat's chunk with counts and no choices. */
    USAGE,
    /** The stream failed. */
    ERROR,
    /** The stream is over as it should be. */
    END,
    /** Nothing but a sign of life. */
    KEEP_ALIVE,
    /** Data that is no JSON object. */
    MALFORMED
  }

  private @Nullable ApiError error;
  private boolean isEnded;
  private boolean hasContent;

  StreamedAnswer() {}

  /** At the beginning of a stream of that wire API. */
  public static StreamedAnswer of(Protocol protocol) {
    return switch (protocol) {
      case CHAT -> new ChatAnswer();
      case MESSAGES -> new MessagesAnswer();
      case RESPONSES -> new ResponsesAnswer();
    };
  }

  /** Takes the next event. Data that is no JSON is told, not thrown, and changes nothing. */
  public final Kind follow(SseEvent event) {
    if (event.isComment()) {
      return Kind.KEEP_ALIVE;
    }
    if (event.data().startsWith("[DONE]")) {
      return done();
    }
    Optional<ObjectNode> object = event.object();
    if (object.isEmpty()) {
      return Kind.MALFORMED;
    }
    ObjectNode data = object.get();
    Optional<ApiError> failure = failure(event.name(), data);
    if (failure.isPresent()) {
      error = failure.get();
      fail(data);
      return Kind.ERROR;
    }
    return seen(fold(event.name(), data));
  }

  /** What {@code [DONE]} is: the end in chat, and nothing elsewhere. */
  private Kind done() {
    return this instanceof ChatAnswer ? seen(Kind.END) : Kind.KEEP_ALIVE;
  }

  private Kind seen(Kind kind) {
    return switch (kind) {
      case CONTENT -> {
        hasContent = true;
        yield kind;
      }
      case PREAMBLE -> hasContent ? Kind.CONTENT : kind;
      case END -> {
        isEnded = true;
        yield kind;
      }
      case USAGE, ERROR, KEEP_ALIVE, MALFORMED -> kind;
    };
  }

  /** The error that the data is, if it is one. */
  abstract Optional<ApiError> failure(String name, ObjectNode data);

  /** Keeps what an error event says of the answer besides. */
  void fail(ObjectNode data) {}

  /** Folds the data in; {@code PREAMBLE} for what shows nothing. */
  abstract Kind fold(String name, ObjectNode data);

  /** Whether something of the answer has been said. */
  final boolean hasContent() {
    return hasContent;
  }

  /** Whether every choice has said why it ended. */
  public abstract boolean isFinished();

  /** Whether {@link Kind#END} was seen. */
  public final boolean isEnded() {
    return isEnded;
  }

  /** What the stream failed with. */
  public final Optional<ApiError> error() {
    return Optional.ofNullable(error);
  }

  /** The counts that came so far; complete once the stream is over. */
  public abstract Optional<Usage> usage();

  /** Why the first choice ended, in this wire API's words. */
  public abstract Optional<String> finishReason();

  /**
   * The answer as far as it came, in this wire API's non-streaming form. Made anew at each call.
   */
  public abstract ObjectNode body();
}
