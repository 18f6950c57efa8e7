package dev.treadle.gateway.scripted;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * How an upstream fails. Each is exact on the wire for chat, messages and responses, streamed or
 * not; where it strikes in a stream is the rule's {@code after}, counted in pieces of content.
 */
public enum Fault {
  /** 429 with {@code retry-after}. */
  RATE_LIMITED,
  /** 500. */
  SERVER_ERROR,
  /** 529, as Anthropic says it. */
  OVERLOADED,
  /** The connection ends before any content; {@link Cut} says how. */
  CUT_BEFORE_FIRST_TOKEN,
  /** The connection ends after some content; {@link Cut} says how. */
  CUT_AFTER_FIRST_TOKEN,
  /** Silence before any content, for as long as the client waits. */
  STALL_BEFORE_FIRST_TOKEN,
  /** Silence after some content, for as long as the client waits. */
  STALL_AFTER_FIRST_TOKEN,
  /** One event of the stream is not JSON, and the stream goes on; or the body is not JSON. */
  MALFORMED_JSON,
  /** 200 with a page of HTML. */
  WRONG_CONTENT_TYPE,
  /** One event, or the body, never ends. */
  OVERSIZED,
  /** Pieces of content without end; a body never ends. */
  ENDLESS,
  /** A typed error inside a stream that began with 200; a body is an error under status 200. */
  ERROR_AFTER_FIRST_TOKEN,
  /** 200 and nothing, ended properly. */
  EMPTY_STREAM,
  /** All of it, but slowly: a pause before each piece, or each few bytes of a body. */
  SLOW;

  /** The name in a script. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The status that it answers with, if it is no more than that. */
  Optional<Rule.Failure.Status> status(Optional<Duration> retryAfter) {
    return switch (this) {
      case RATE_LIMITED ->
          Optional.of(
              new Rule.Failure.Status(
                  429, retryAfter.or(() -> Optional.of(Duration.ofSeconds(1)))));
      case SERVER_ERROR -> Optional.of(new Rule.Failure.Status(500, retryAfter));
      case OVERLOADED -> Optional.of(new Rule.Failure.Status(529, retryAfter));
      case CUT_BEFORE_FIRST_TOKEN,
          CUT_AFTER_FIRST_TOKEN,
          STALL_BEFORE_FIRST_TOKEN,
          STALL_AFTER_FIRST_TOKEN,
          MALFORMED_JSON,
          WRONG_CONTENT_TYPE,
          OVERSIZED,
          ENDLESS,
          ERROR_AFTER_FIRST_TOKEN,
          EMPTY_STREAM,
          SLOW ->
          Optional.empty();
    };
  }

  boolean isCut() {
    return this == CUT_BEFORE_FIRST_TOKEN || this == CUT_AFTER_FIRST_TOKEN;
  }

  /** Whether it strikes before any content whatever the rule's {@code after}. */
  boolean isBeforeContent() {
    return this == CUT_BEFORE_FIRST_TOKEN || this == STALL_BEFORE_FIRST_TOKEN;
  }
}
