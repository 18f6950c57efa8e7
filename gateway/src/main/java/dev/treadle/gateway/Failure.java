package dev.treadle.gateway;

import dev.treadle.gateway.http.Headers;
import dev.treadle.gateway.upstream.CallFailed;
import dev.treadle.gateway.upstream.Trouble;
import dev.treadle.transcript.dialect.ApiError;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why an attempt did not answer.
 *
 * @param verdict what to do about it
 * @param word for the record: a {@link Trouble}, or {@code http_429}
 * @param verbatim the upstream's own words, with the fields of its head, where it said them
 * @param retryAfter how long the upstream asks to be left alone
 */
record Failure(
    Verdict verdict,
    String word,
    ApiError error,
    Optional<Verbatim> verbatim,
    Optional<Duration> retryAfter) {

  /** What to do about a failure. */
  enum Verdict {
    /** Tell the client: the request is wrong wherever it is sent. */
    TELL,
    /** Ask the next target, and this one not again. */
    NEXT,
    /** Ask the next target, and then this one again. */
    RETRY,
    /** It is over. */
    OVER
  }

  /**
   * An error answer as an upstream sent it.
   *
   * @param api in whose form it is
   */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  record Verbatim(Api api, Headers headers, byte[] body) {}

  private static final int STATUS_OF_CLIENT_GONE = 499;
  private static final double MOST_SECONDS = 1e7;

  /** A connection's trouble. */
  static Failure of(CallFailed e) {
    Trouble trouble = e.trouble();
    int status =
        switch (trouble) {
          case CONNECT_FAILED, UPSTREAM_CUT, BAD_ANSWER, TOO_LARGE -> 502;
          case FIRST_CONTENT_TIMEOUT, STALLED, DEADLINE -> 504;
          case SATURATED, BREAKER_OPEN, STOPPING -> 503;
          case CLIENT_GONE, CLIENT_STUCK -> STATUS_OF_CLIENT_GONE;
        };
    return new Failure(
        trouble.isFinal() ? Verdict.OVER : Verdict.RETRY,
        trouble.wire(),
        ApiError.of(status, type(status), String.valueOf(e.getMessage())),
        Optional.empty(),
        Optional.empty());
  }

  /** A failure of the gateway's own. */
  static Failure own(Verdict verdict, int status, String word, String message) {
    return new Failure(
        verdict,
        word,
        ApiError.of(status, type(status), message),
        Optional.empty(),
        Optional.empty());
  }

  /** The same, with how long to wait before asking again. */
  Failure after(Duration wait) {
    return new Failure(verdict, word, error, verbatim, Optional.of(wait));
  }

  /** What to say in {@code retry-after}. */
  Optional<String> retryAfterSeconds() {
    return retryAfter.map(it -> Long.toString((it.toMillis() + 999) / 1000));
  }

  static String type(int status) {
    return switch (status) {
      case 400, 413, 422 -> "invalid_request_error";
      case 401 -> "authentication_error";
      case 402 -> "billing_error";
      case 403 -> "permission_error";
      case 404 -> "not_found_error";
      case 429 -> "rate_limit_error";
      case 503, 529 -> "overloaded_error";
      case 504 -> "timeout_error";
      default -> "api_error";
    };
  }

  /** An upstream's error answer. */
  static Failure of(int status, Api api, Headers headers, byte[] body, Instant now) {
    ApiError error = ApiError.decode(api.protocol(), status, body);
    boolean isJson = body.length > 0 && body[0] == '{';
    return new Failure(
        obeyed(verdict(status), headers),
        "http_" + status,
        error,
        isJson && status >= 400 ? Optional.of(new Verbatim(api, headers, body)) : Optional.empty(),
        retryAfter(headers, now));
  }

  /** An error that came inside a stream, before anything else did. */
  static Failure inStream(ApiError error) {
    return new Failure(
        verdict(error.status()),
        "stream_error_" + error.status(),
        error,
        Optional.empty(),
        Optional.empty());
  }

  private static Verdict verdict(int status) {
    return switch (status) {
      case 400, 413, 422 -> Verdict.TELL;
      case 408, 409, 429 -> Verdict.RETRY;
      default -> status >= 500 ? Verdict.RETRY : Verdict.NEXT;
    };
  }

  /** What an upstream says of its own error counts more than the status. */
  private static Verdict obeyed(Verdict verdict, Headers headers) {
    return switch (headers.first("x-should-retry").orElse("")) {
      case "true" -> Verdict.RETRY;
      case "false" -> verdict == Verdict.RETRY ? Verdict.NEXT : verdict;
      default -> verdict;
    };
  }

  /** {@code retry-after-ms}, or {@code retry-after} in seconds or as a date. */
  private static Optional<Duration> retryAfter(Headers headers, Instant now) {
    Duration millis = number(headers.first("retry-after-ms").orElse(null), 1);
    if (millis != null) {
      return Optional.of(millis);
    }
    String written = headers.first("retry-after").orElse(null);
    Duration seconds = number(written, 1000);
    if (written == null || seconds != null) {
      return Optional.ofNullable(seconds);
    }
    try {
      Instant then = ZonedDateTime.parse(written, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Optional.of(then.isBefore(now) ? Duration.ZERO : Duration.between(now, then));
    } catch (DateTimeParseException e) {
      return Optional.empty(); // It said something else; our own backoff will do.
    }
  }

  private static @Nullable Duration number(@Nullable String written, int unitMillis) {
    if (written == null || written.isBlank() || written.length() > 12) {
      return null;
    }
    try {
      double value = Double.parseDouble(written.strip());
      return value >= 0 && value <= MOST_SECONDS * 1000
          ? Duration.ofMillis((long) (value * unitMillis))
          : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** The body for a client of that API: the upstream's own where it is in its form. */
  byte[] bodyFor(Api client) {
    return verbatim
        .filter(it -> it.api().protocol() == client.protocol())
        .map(Verbatim::body)
        .orElseGet(
            () -> error.encode(client.protocol()).toString().getBytes(StandardCharsets.UTF_8));
  }
}
