package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Json;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Token counts of one answer, counted as OpenAI does: the input includes what was read from or
 * written to a cache, the output includes reasoning. Anthropic's input tokens leave both out.
 *
 * @param inputTokens all of the input
 * @param cachedInputTokens the part of it that was read from a cache
 * @param cacheWriteTokens the part of it that was written to a cache
 * @param outputTokens all of the output
 * @param reasoningTokens the part of it that is reasoning
 */
public record Usage(
    long inputTokens,
    long cachedInputTokens,
    long cacheWriteTokens,
    long outputTokens,
    long reasoningTokens) {

  /** The counts in an answer's body, if its {@code usage} is an object. */
  public static Optional<Usage> of(Protocol protocol, JsonNode body) {
    JsonNode usage = body.path("usage");
    return usage.isObject() ? Optional.of(read(protocol, usage)) : Optional.empty();
  }

  private static Usage read(Protocol protocol, JsonNode usage) {
    return switch (protocol) {
      case CHAT -> openAi(usage, "prompt", "completion");
      case RESPONSES -> openAi(usage, "input", "output");
      case MESSAGES -> {
        long read = Fields.count(usage, "cache_read_input_tokens");
        long written = Fields.count(usage, "cache_creation_input_tokens");
        yield new Usage(
            Fields.count(usage, "input_tokens") + read + written,
            read,
            written,
            Fields.count(usage, "output_tokens"),
            Fields.count(usage.path("output_tokens_details"), "thinking_tokens"));
      }
    };
  }

  private static Usage openAi(JsonNode usage, String input, String output) {
    JsonNode details = usage.path(input + "_tokens_details");
    return new Usage(
        Fields.count(usage, input + "_tokens"),
        Fields.count(details, "cached_tokens"),
        Fields.count(details, "cache_write_tokens"),
        Fields.count(usage, output + "_tokens"),
        Fields.count(usage.path(output + "_tokens_details"), "reasoning_tokens"));
  }

  /** The form that the wire API has for it; chat's and Messages' only. */
  ObjectNode encode(Protocol to) {
    ObjectNode usage = Json.object();
    if (to == Protocol.MESSAGES) {
      usage.put("input_tokens", Math.max(0, inputTokens - cachedInputTokens - cacheWriteTokens));
      usage.put("cache_creation_input_tokens", cacheWriteTokens);
      usage.put("cache_read_input_tokens", cachedInputTokens);
      usage.put("output_tokens", outputTokens);
      if (reasoningTokens > 0) {
        usage.putObject("output_tokens_details").put("thinking_tokens", reasoningTokens);
      }
      return usage;
    }
    usage.put("prompt_tokens", inputTokens);
    usage.put("completion_tokens", outputTokens);
    usage.put("total_tokens", inputTokens + outputTokens);
    if (cachedInputTokens > 0 || cacheWriteTokens > 0) {
      ObjectNode details = usage.putObject("prompt_tokens_details");
      details.put("cached_tokens", cachedInputTokens);
      if (cacheWriteTokens > 0) {
        details.put("cache_write_tokens", cacheWriteTokens);
      }
    }
    if (reasoningTokens > 0) {
      usage.putObject("completion_tokens_details").put("reasoning_tokens", reasoningTokens);
    }
    return usage;
  }
}
