package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Json;
import dev.treadle.transcript.JsonCursor;
import java.util.List;
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

  /** Where a count stands: the object in {@code usage}, or an empty name, and its own name. */
  private record Place(String outer, String field) {}

  /** Of each count, in the order of this record's. */
  private static final List<Place> CHAT =
      List.of(
          new Place("", "prompt_tokens"),
          new Place("prompt_tokens_details", "cached_tokens"),
          new Place("prompt_tokens_details", "cache_write_tokens"),
          new Place("", "completion_tokens"),
          new Place("completion_tokens_details", "reasoning_tokens"));

  private static final List<Place> RESPONSES =
      List.of(
          new Place("", "input_tokens"),
          new Place("input_tokens_details", "cached_tokens"),
          new Place("input_tokens_details", "cache_write_tokens"),
          new Place("", "output_tokens"),
          new Place("output_tokens_details", "reasoning_tokens"));

  private static final List<Place> MESSAGES =
      List.of(
          new Place("", "input_tokens"),
          new Place("", "cache_read_input_tokens"),
          new Place("", "cache_creation_input_tokens"),
          new Place("", "output_tokens"),
          new Place("output_tokens_details", "thinking_tokens"));

  private static List<Place> places(Protocol protocol) {
    return switch (protocol) {
      case CHAT -> CHAT;
      case RESPONSES -> RESPONSES;
      case MESSAGES -> MESSAGES;
    };
  }

  private static Usage of(Protocol protocol, long[] counts) {
    long beside = protocol == Protocol.MESSAGES ? counts[1] + counts[2] : 0;
    return new Usage(counts[0] + beside, counts[1], counts[2], counts[3], counts[4]);
  }

  /** The counts in an answer's body, if its {@code usage} is an object. */
  public static Optional<Usage> of(Protocol protocol, JsonNode body) {
    JsonNode usage = body.path("usage");
    if (!usage.isObject()) {
      return Optional.empty();
    }
    List<Place> places = places(protocol);
    long[] counts = new long[places.size()];
    for (int i = 0; i < counts.length; i++) {
      Place place = places.get(i);
      JsonNode object = place.outer().isEmpty() ? usage : usage.path(place.outer());
      counts[i] = Fields.count(object, place.field());
    }
    return Optional.of(of(protocol, counts));
  }

  /**
   * The counts in a {@code usage} object, at which {@code json} stands and which it passes. Of a
   * name that is there twice the last one counts.
   *
   * @throws dev.treadle.transcript.TreadleException where it is no JSON
   */
  public static Usage read(Protocol protocol, JsonCursor json) {
    List<Place> places = places(protocol);
    long[] counts = new long[places.size()];
    json.enter();
    while (json.nextName()) {
      String outer = null;
      int plain = -1;
      for (int i = 0; i < counts.length; i++) {
        Place place = places.get(i);
        if (place.outer().isEmpty()) {
          plain = json.isNamed(place.field()) ? i : plain;
        } else if (place.outer().equals(outer) || json.isNamed(place.outer())) {
          outer = place.outer();
          counts[i] = 0;
        }
      }
      if (outer != null && json.kind() == '{') {
        readBelow(outer, places, json, counts);
      } else if (plain >= 0) {
        counts[plain] = Fields.count(json.numberOrEmpty());
      } else {
        json.skip();
      }
    }
    return of(protocol, counts);
  }

  private static void readBelow(String outer, List<Place> places, JsonCursor json, long[] counts) {
    json.enter();
    while (json.nextName()) {
      int found = -1;
      for (int i = 0; i < counts.length; i++) {
        Place place = places.get(i);
        found = place.outer().equals(outer) && json.isNamed(place.field()) ? i : found;
      }
      if (found >= 0) {
        counts[found] = Fields.count(json.numberOrEmpty());
      } else {
        json.skip();
      }
    }
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
