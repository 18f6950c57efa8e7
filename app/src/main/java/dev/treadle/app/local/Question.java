package dev.treadle.app.local;

import dev.treadle.training.serving.Generation;
import dev.treadle.training.serving.Sampling;
import dev.treadle.training.serving.SamplingDefaults;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.LongSupplier;

/**
 * What requests of both APIs ask for beside their prompt.
 *
 * @param isStream whether the answer comes in pieces
 * @param wantsUsage whether a stream ends with what it cost
 */
record Question(boolean isStream, boolean wantsUsage, Generation generation) {
  private static final int MAX_CHANCES = 20;

  /** What would change the answer, and is not done. */
  private static final List<String> NEVER =
      List.of("logit_bias", "functions", "function_call", "audio", "echo", "suffix", "grammar");

  private static final List<String> NEUTRAL_ZERO =
      List.of("presence_penalty", "frequency_penalty", "min_p");

  private static final List<String> NEUTRAL_ONE = List.of("n", "best_of", "repetition_penalty");

  /**
   * Reads it.
   *
   * @param seeds gives a seed where the request has none
   */
  static Question read(
      RequestBody body, SamplingDefaults defaults, OptionalInt chances, LongSupplier seeds)
      throws Refusal {
    for (String it : NEVER) {
      body.never(it);
    }
    for (String it : NEUTRAL_ZERO) {
      body.onlyNeutral(it, 0);
    }
    for (String it : NEUTRAL_ONE) {
      body.onlyNeutral(it, 1);
    }
    boolean isStream = body.flag("stream", false);
    boolean wantsUsage = false;
    if (body.has("stream_options")) {
      if (!isStream || !body.at("stream_options").isObject()) {
        throw Refusal.of("stream_options", "stream_options is an object, and only with stream");
      }
      wantsUsage =
          new RequestBody(body.at("stream_options").asObject()).flag("include_usage", false);
    }
    String limit = body.has("max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
    return new Question(
        isStream,
        wantsUsage,
        new Generation(
            body.whole(limit, 1, Integer.MAX_VALUE).orElse(Integer.MAX_VALUE),
            sampling(body, defaults, seeds),
            body.stops(),
            chances));
  }

  private static Sampling sampling(RequestBody body, SamplingDefaults defaults, LongSupplier seeds)
      throws Refusal {
    return new Sampling(
        body.number("temperature", 0, SamplingDefaults.HOTTEST).orElse(defaults.temperature()),
        Math.max(Double.MIN_NORMAL, body.number("top_p", 0, 1).orElse(defaults.topP())),
        // Some clients say -1 for all.
        Math.max(0, body.whole("top_k", -1, Integer.MAX_VALUE).orElse(defaults.topK())),
        seed(body, seeds));
  }

  private static long seed(RequestBody body, LongSupplier seeds) throws Refusal {
    if (!body.has("seed")) {
      return seeds.getAsLong();
    }
    if (!body.at("seed").isIntegralNumber() || !body.at("seed").canConvertToLong()) {
      throw Refusal.of("seed", "seed is no whole number");
    }
    return body.at("seed").longValue();
  }

  /** How many likely tokens a chat request wants to be told at each place, if any. */
  static OptionalInt chances(RequestBody body) throws Refusal {
    OptionalInt top = body.whole("top_logprobs", 0, MAX_CHANCES);
    if (!body.flag("logprobs", false)) {
      if (top.isPresent()) {
        throw Refusal.of("top_logprobs", "top_logprobs needs logprobs: true");
      }
      return OptionalInt.empty();
    }
    return OptionalInt.of(top.orElse(0));
  }
}
