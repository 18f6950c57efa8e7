package dev.treadle.store;

import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.Purpose;
import dev.treadle.transcript.RawJson;
import dev.treadle.transcript.Usd;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Exchanges for tests. */
public final class Exchanges {
  private Exchanges() {}

  /** A request with one message and its answer. */
  public static Exchange answered(Instant time, RandomGenerator random, String ask, String say) {
    return of(Exchange.newId(time, random), time, Exchange.State.ANSWERED, request(ask), body(say));
  }

  /** The request alone. */
  public static Exchange open(String id, Instant time, String ask) {
    return of(id, time, Exchange.State.OPEN, request(ask), Optional.empty());
  }

  public static Optional<RawJson> request(String ask) {
    return raw(
        """
        {"model":"support","messages":[{"role":"user","content":%s}],"temperature":0.2,"max_tokens":512}"""
            .formatted(quoted(ask)));
  }

  public static Optional<RawJson> body(String say) {
    return raw(
        """
        {"id":"chatcmpl-9","object":"chat.completion","created":1763625600,"model":"qwen3-14b","choices":[{"index":0,"message":{"role":"assistant","content":%s},"finish_reason":"stop"}],"usage":{"prompt_tokens":120,"completion_tokens":150,"total_tokens":270}}"""
            .formatted(quoted(say)));
  }

  public static Optional<RawJson> raw(String json) {
    return Optional.of(RawJson.of(json.getBytes(StandardCharsets.UTF_8)));
  }

  private static String quoted(String text) {
    return dev.treadle.transcript.Json.mapper().writeValueAsString(text);
  }

  public static Exchange of(
      String id,
      Instant time,
      Exchange.State state,
      Optional<RawJson> request,
      Optional<RawJson> answer) {
    return new Exchange(
        id,
        time,
        state,
        "chat",
        "/v1/chat/completions",
        Purpose.USER,
        Optional.of("p_2a6be83f90c14d57"),
        Optional.of(
            new Exchange.ConversationMark(
                "c_9b1f3d77",
                "prefix",
                1,
                Optional.empty(),
                Optional.of("5f2c"),
                Optional.of("a1"))),
        "support",
        request,
        Map.of("user-agent", "openai-python/3.22.1"),
        Optional.of(
            new Exchange.DecisionMark(
                "static-1", "local", 1.0, List.of("local", "cloud"), "the only one")),
        List.of(
            new Exchange.Attempt(
                "local",
                "qwen3-14b",
                Duration.ofNanos(412_000),
                Duration.ofNanos(812_345_678),
                Optional.of(200),
                Optional.empty(),
                Optional.empty())),
        answer.map(body -> new Exchange.Answer(200, false, 0, Optional.of(body), List.of())),
        Optional.of(new Exchange.TokenUsage(120, 0, 0, 150, 0)),
        Optional.of(new Usd(new BigDecimal("0.00042"))),
        new Exchange.Timings(
            Optional.of(Duration.ofMillis(214)), Duration.ofMillis(813), Duration.ofNanos(480_000)),
        Optional.empty(),
        Map.of());
  }
}
