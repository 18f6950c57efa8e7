package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Json;
import dev.treadle.transcript.JsonCursor;
import java.util.HashMap;
import java.util.Map;
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
    return usage.isObject()
        ? Optional.of(
            of(
                protocol,
                (outer, field) -> Fields.count(outer.isEmpty() ? usage : usage.path(outer), field)))
        : Optional.empty();
  }

  /**
   * The counts in a {@code usage} object, at which {@code json} stands and which it passes.
   *
   * @throws dev.treadle.transcript.TreadleException where it is no JSON
   */
  public static Usage read(Protocol protocol, JsonCursor json) {
    Map<String, Long> counts = new HashMap<>();
    read("", json, counts);
    return of(protocol, (outer, field) -> counts.getOrDefault(outer + field, 0L));
  }

  private static void read(String outer, JsonCursor json, Map<String, Long> counts) {
    json.enter();
    while (json.nextName()) {
      String name = json.name();
      if (outer.isEmpty() && json.kind() == '{') {
        read(name, json, counts);
      } else {
        counts.put(outer + name, Fields.count(json.numberOrEmpty()));
      }
    }
  }

  /** Where a count stands: by the object's name in {@code usage}, or an empty one, and its own. */
  private interface Counts {
    long of(String outer, String field);
  }

  private static Usage of(Protocol protocol, Counts counts) {
    return switch (protocol) {
      case CHAT ->
          openAi(
              counts,
              "prompt_tokens",
              "prompt_tokens_details",
              "completion_tokens",
              "completion_tokens_details");
      case RESPONSES ->
          openAi(
              counts,
              "input_tokens",
              "input_tokens_details",
              "output_tokens",
              "output_tokens_details");
      case MESSAGES -> {
        long read = counts.of("", "cache_read_input_tokens");
        long written = counts.of("", "cache_creation_input_tokens");
        yield new Usage(
            counts.of("", "input_tokens") + read + written,
            read,
            written,
            counts.of("", "output_tokens"),
            counts.of("output_tokens_details", "thinking_tokens"));
      }
    };
  }

  private static Usage openAi(
      Counts counts, String input, String inputDetails, String output, String outputDetails) {
    return new Usage(
        counts.of("", input),
        counts.of(inputDetails, "cached_tokens"),
        counts.of(inputDetails, "cache_write_tokens"),
        counts.of("", output),
        counts.of(outputDetails, "reasoning_tokens"));
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
