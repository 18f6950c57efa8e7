package dev.treadle.gateway.scripted;

import dev.treadle.transcript.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a model says.
 *
 * @param text empty if it says nothing
 * @param reasoning what it thinks before; empty if nothing
 * @param toolCalls the calls that it makes, in parallel
 * @param refusal that it declines, and in which words
 * @param finish in chat's words (stop, length, tool_calls, content_filter); any other is sent as it
 *     stands; empty: what follows from the rest
 * @param usage token counts; empty: estimated from the texts
 */
public record Answer(
    String text,
    String reasoning,
    List<Call> toolCalls,
    Optional<String> refusal,
    Optional<String> finish,
    Optional<Usage> usage) {

  /** A call of a tool. */
  public record Call(String name, ObjectNode arguments) {
    String json() {
      return new String(Json.write(arguments), StandardCharsets.UTF_8);
    }
  }

  /**
   * Token counts as chat counts them.
   *
   * @param input with those that were cached or written to the cache
   * @param output with those of reasoning
   */
  public record Usage(long input, long cached, long cacheWrite, long output, long reasoning) {
    public Usage {
      if (cached < 0 || cacheWrite < 0 || reasoning < 0) {
        throw ScriptError.SCRIPT_INVALID.because("a token count must not be negative");
      }
      if (input < cached + cacheWrite || output < reasoning) {
        throw ScriptError.SCRIPT_INVALID.because(
            "usage: input includes cached and cache_write, output includes reasoning; got input "
                + input
                + " and output "
                + output);
      }
    }

    long total() {
      return input + output;
    }
  }

  public Answer {
    toolCalls = List.copyOf(toolCalls);
  }

  /** Says that text. */
  public static Answer text(String text) {
    return new Answer(text, "", List.of(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Answers that JSON as its text. */
  public static Answer json(JsonNode json) {
    return text(new String(Json.write(json), StandardCharsets.UTF_8));
  }

  /** Calls these tools. */
  public static Answer calls(Call... calls) {
    return new Answer("", "", List.of(calls), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Declines. */
  public static Answer refusal(String words) {
    return new Answer("", "", List.of(), Optional.of(words), Optional.empty(), Optional.empty());
  }

  /** The same, thought about before. */
  public Answer reasoned(String thoughts) {
    return new Answer(text, thoughts, toolCalls, refusal, finish, usage);
  }

  /** The same with this finish reason. */
  public Answer finished(String reason) {
    return new Answer(text, reasoning, toolCalls, refusal, Optional.of(reason), usage);
  }

  /** The same with these token counts. */
  public Answer used(Usage counts) {
    return new Answer(text, reasoning, toolCalls, refusal, finish, Optional.of(counts));
  }
}
