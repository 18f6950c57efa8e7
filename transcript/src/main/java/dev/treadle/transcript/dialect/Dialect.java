package dev.treadle.transcript.dialect;

import dev.treadle.transcript.TranscriptError;
import dev.treadle.transcript.TreadleException;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns bodies of the wire APIs into the vocabulary and back. Reading accepts what it does not know
 * and keeps it; writing names what the other wire API cannot say.
 */
public final class Dialect {
  /**
   * The limit on the answer, in tokens, where a chat request names none: Messages has to have one.
   * It is a choice of ours.
   */
  public static final long DEFAULT_MAX_TOKENS = 4096;

  private Dialect() {}

  /**
   * A body, and what it could not say.
   *
   * @param losses dotted names in terms of the request's or answer's record: {@code logit_bias},
   *     {@code messages[3].content[1]:document}
   */
  public record Encoded(ObjectNode body, List<String> losses) {
    public Encoded {
      losses = List.copyOf(losses);
    }
  }

  /**
   * Reads a request.
   *
   * @throws TreadleException {@link TranscriptError#NOT_A_REQUEST} that names the missing field
   */
  public static ModelRequest decodeRequest(Protocol protocol, ObjectNode body) {
    return switch (protocol) {
      case CHAT -> ChatReader.request(body);
      case MESSAGES -> MessagesReader.request(body);
      case RESPONSES -> ResponsesReader.request(body);
    };
  }

  /**
   * Reads an answer.
   *
   * @throws TreadleException {@link TranscriptError#NOT_AN_ANSWER} that names the missing field
   */
  public static ModelResponse decodeResponse(Protocol protocol, ObjectNode body) {
    return switch (protocol) {
      case CHAT -> ChatReader.response(body);
      case MESSAGES -> MessagesReader.response(body);
      case RESPONSES -> ResponsesReader.response(body);
    };
  }

  /**
   * Writes a request.
   *
   * @throws TreadleException {@link TranscriptError#NO_TRANSLATION} for {@link Protocol#RESPONSES}
   */
  public static Encoded encodeRequest(Protocol to, ModelRequest request) {
    return switch (to) {
      case CHAT -> ChatWriter.request(request);
      case MESSAGES -> MessagesWriter.request(request);
      case RESPONSES -> throw noTranslation("requests");
    };
  }

  /** The body of {@link #encodeResponseWithLosses}. */
  public static ObjectNode encodeResponse(Protocol to, ModelResponse response) {
    return encodeResponseWithLosses(to, response).body();
  }

  /**
   * Writes an answer.
   *
   * @throws TreadleException {@link TranscriptError#NO_TRANSLATION} for {@link Protocol#RESPONSES}
   */
  public static Encoded encodeResponseWithLosses(Protocol to, ModelResponse response) {
    return switch (to) {
      case CHAT -> ChatWriter.response(response);
      case MESSAGES -> MessagesWriter.response(response);
      case RESPONSES -> throw noTranslation("answers");
    };
  }

  static TreadleException noTranslation(String what) {
    return new TreadleException(
        TranscriptError.NO_TRANSLATION,
        what
            + " are not translated into or out of the responses API: ask through chat completions"
            + " or Messages, or name an upstream that speaks it");
  }
}
