package dev.treadle.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/** Whatever an exchange or a feedback holds: what was written is read again. */
class ExchangeProperties {
  @Property(tries = 300)
  void readsWhatItWrote(@ForAll("exchanges") Exchange exchange) {
    byte[] line = ExchangeCodec.encode(exchange);

    assertThat(ExchangeCodec.decode(line)).isEqualTo(exchange);
    assertThat(new String(line, StandardCharsets.UTF_8)).doesNotContain("\n");
    assertThat(Json.read(line).isObject()).isTrue();
    assertThat(ExchangeCodec.encode(ExchangeCodec.decode(line))).isEqualTo(line);
  }

  @Property(tries = 300)
  void readsTheFeedbackThatItWrote(@ForAll("feedback") Feedback feedback) {
    byte[] line = FeedbackCodec.encode(feedback);

    assertThat(FeedbackCodec.decode(line)).isEqualTo(feedback);
    assertThat(new String(line, StandardCharsets.UTF_8)).doesNotContain("\n");
  }

  @Provide
  Arbitrary<Exchange> exchanges() {
    Arbitrary<String> text = texts();
    Arbitrary<Optional<RawJson>> body = json().map(RawJson::of).optional();
    return Combinators.combine(
            Arbitraries.of(Exchange.State.values()),
            Arbitraries.of(Purpose.values()),
            text.optional(),
            marks().optional(),
            body,
            body,
            Combinators.combine(
                    decisions().optional(),
                    attempts().list().ofMaxSize(3),
                    text.list().ofMaxSize(2))
                .as(Parts::new),
            Arbitraries.longs().between(0, 4_000_000_000_000_000L))
        .as(
            (state, purpose, some, mark, request, answer, parts, number) ->
                new Exchange(
                    "xc_" + number,
                    Instant.ofEpochSecond(number / 1_000_000, number % 1_000_000_000),
                    state,
                    "messages",
                    "/v1/messages",
                    purpose,
                    some,
                    mark,
                    some.orElse("r"),
                    request,
                    some.map(it -> Map.of("user-agent", it)).orElse(Map.of()),
                    parts.decision(),
                    parts.attempts(),
                    answer.map(
                        it ->
                            new Exchange.Answer(
                                200, it.length() % 2 == 0, 3, Optional.of(it), parts.losses())),
                    some.map(_ -> new Exchange.TokenUsage(number, 1, 2, 3, 4)),
                    some.map(_ -> new Usd(BigDecimal.valueOf(number, 9))),
                    new Exchange.Timings(
                        some.map(_ -> Duration.ofNanos(number)),
                        Duration.ofNanos(number),
                        Duration.ZERO),
                    some,
                    answer.map(it -> Map.of("x", it.tree())).orElse(Map.of())));
  }

  private record Parts(
      Optional<Exchange.DecisionMark> decision,
      List<Exchange.Attempt> attempts,
      List<String> losses) {}

  private static Arbitrary<Exchange.ConversationMark> marks() {
    return Combinators.combine(texts(), Arbitraries.integers().between(0, 99), texts().optional())
        .as(
            (id, turn, some) ->
                new Exchange.ConversationMark(id, "prefix", turn, some, some, some));
  }

  private static Arbitrary<Exchange.DecisionMark> decisions() {
    return Combinators.combine(
            texts(),
            Arbitraries.doubles().between(0, 1),
            texts().list().ofMaxSize(3),
            texts().optional(),
            Arbitraries.doubles().between(0, 1).optional())
        .as(
            (text, chance, all, some, number) ->
                new Exchange.DecisionMark(
                    text, "t", chance, all, text, some, some, number, some, number));
  }

  private static Arbitrary<Exchange.Attempt> attempts() {
    return Combinators.combine(
            texts(),
            Arbitraries.longs().between(0, 1L << 50),
            Arbitraries.integers().between(100, 599).optional())
        .as(
            (text, nanos, status) ->
                new Exchange.Attempt(
                    "u",
                    text,
                    Duration.ofNanos(nanos),
                    Duration.ofMillis(nanos % 1000),
                    status,
                    status.map(_ -> text),
                    Optional.empty()));
  }

  @Provide
  Arbitrary<Feedback> feedback() {
    return Combinators.combine(
            texts(), texts().optional(), Arbitraries.doubles().between(0, 1).optional(), json())
        .as(
            (text, some, score, json) ->
                new Feedback(
                    "fb_1",
                    Instant.parse("2026-11-20T08:00:00.000001Z"),
                    Optional.of(text),
                    some,
                    some,
                    score,
                    score.map(it -> it > 0.5),
                    some,
                    some.map(it -> List.of(Message.user(it), Message.Assistant.of(text))),
                    Optional.of(text),
                    Map.of("k", json)));
  }

  private static Arbitrary<String> texts() {
    return Arbitraries.strings()
        .withChars("ab \"\\/\n\r\t\u0001é汉\uFFFD~:{}[],sha256")
        .ofMaxLength(30);
  }

  private static Arbitrary<JsonNode> json() {
    Arbitrary<JsonNode> leaf =
        Arbitraries.oneOf(
            texts().map(StringNode::valueOf),
            Arbitraries.bigDecimals().map(it -> Json.read(it.toPlainString())),
            Arbitraries.of("true", "false", "null", "1e5", "\"😀\\u00e9\"").map(Json::read));
    return Arbitraries.lazyOf(
        () -> leaf,
        () -> leaf,
        () -> json().list().ofMaxSize(3).map(all -> Json.array().addAll(all)),
        () ->
            Combinators.combine(texts().list().ofMaxSize(3), json())
                .as(
                    (names, value) -> {
                      Map<String, JsonNode> fields = new LinkedHashMap<>();
                      names.forEach(name -> fields.put(name, value));
                      return Json.object().setAll(fields);
                    }));
  }
}
