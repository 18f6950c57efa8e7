package dev.treadle.gateway;

import dev.treadle.gateway.http.Headers;

/** What an attempt, or all of them together, came to. */
sealed interface Outcome {
  /** A whole answer, in the client's protocol. */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  record Whole(
      Backend backend,
      String model,
      int status,
      Headers headers,
      byte[] body,
      AnswerFacts facts,
      java.util.List<String> losses)
      implements Outcome {}

  /** A stream that has begun to say something. */
  record Streaming(
      Backend backend,
      String model,
      int status,
      Headers headers,
      AnswerStream stream,
      java.util.List<String> losses)
      implements Outcome {}

  /** No answer. */
  record Failed(Failure failure) implements Outcome {}
}
