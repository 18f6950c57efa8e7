package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Message;
import dev.treadle.transcript.Tool;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What a client asked a model, in the vocabulary.
 *
 * @param protocol the wire API that it was said in, whose the fields in {@code extra} are
 * @param model the model's name; empty where the client leaves that to a gateway
 * @param messages with the system prompt as the first one
 * @param parallelToolCalls whether several calls may come in one answer, where it was said
 * @param effort how much the model is to think: none, minimal, low, medium, high …
 * @param thinking the same as Messages says it
 * @param stream whether the answer is to come in events
 * @param user the client's name for its user
 * @param extra top-level fields that are not named here, as they came
 */
public record ModelRequest(
    Protocol protocol,
    String model,
    List<Message> messages,
    List<Tool> tools,
    Optional<ToolChoice> toolChoice,
    Optional<Boolean> parallelToolCalls,
    Sampling sampling,
    Optional<ResponseFormat> responseFormat,
    Optional<String> effort,
    Optional<Thinking> thinking,
    boolean stream,
    Optional<String> user,
    Map<String, JsonNode> extra) {
  public ModelRequest {
    messages = List.copyOf(messages);
    tools = List.copyOf(tools);
    extra = Fields.copy(extra);
  }

  /** The same question to another model. */
  public ModelRequest withModel(String model) {
    return new ModelRequest(
        protocol,
        model,
        messages,
        tools,
        toolChoice,
        parallelToolCalls,
        sampling,
        responseFormat,
        effort,
        thinking,
        stream,
        user,
        extra);
  }
}
