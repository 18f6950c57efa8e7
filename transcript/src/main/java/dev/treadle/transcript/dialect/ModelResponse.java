package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Message;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What a model answered, in the vocabulary.
 *
 * @param protocol the wire API that it was said in, whose the fields in {@code extra} are
 * @param id the provider's name for the answer; empty if it gave none
 * @param model the model that says it answered; empty if it does not say
 * @param created seconds since 1970, where the wire API tells
 * @param choices usually one
 * @param extra top-level fields that are not named here, as they came
 */
public record ModelResponse(
    Protocol protocol,
    String id,
    String model,
    Optional<Long> created,
    List<Choice> choices,
    Optional<Usage> usage,
    Map<String, JsonNode> extra) {

  /**
   * One of the answers.
   *
   * @param finishReason why it ended, in chat's words: stop, length, tool_calls, content_filter;
   *     empty if it did not
   * @param extra the choice's other fields, as they came; the protocol's own reason under {@code
   *     stop_reason} where chat's word does not tell it
   */
  public record Choice(
      Message.Assistant message, Optional<String> finishReason, Map<String, JsonNode> extra) {
    public Choice {
      extra = Fields.copy(extra);
    }
  }

  public ModelResponse {
    choices = List.copyOf(choices);
    extra = Fields.copy(extra);
  }

  /** The same answer, made at that time: chat's form has to have one. */
  public ModelResponse withCreated(long epochSeconds) {
    return new ModelResponse(protocol, id, model, Optional.of(epochSeconds), choices, usage, extra);
  }
}
