package dev.treadle.gateway.scripted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.gateway.scripted.RawClient.End;
import dev.treadle.gateway.scripted.RawClient.Got;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every fault as it looks on the wire, for each protocol, streamed and not. */
class FaultTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String TEXT = "世界 one 世界 two 世界 three 世界 four";
  private static final int ENOUGH = 1 << 20;

  static Stream<Arguments> ways() {
    return Arrays.stream(Calls.values())
        .flatMap(it -> Stream.of(Arguments.of(it, true), Arguments.of(it, false)));
  }

  private static Got call(Rule rule, Calls calls, boolean isStream) throws IOException {
    Script script = Script.of(rule.say(TEXT)).pace(new Pace(Duration.ZERO, Duration.ZERO, 6));
    try (ScriptedUpstream upstream = ScriptedUpstream.start(script);
        RawClient client = new RawClient(upstream.baseUrl())) {
      client.send(calls.path(), calls.ask("Hi", isStream));
      Got got = client.read(ENOUGH);
      if (got.end() == End.TOO_LONG) {
        client.leave();
        assertThat(upstream.awaitClientsGone(1, SOON)).isTrue();
      }
      if (got.end() != End.WHOLE) {
        assertThat(upstream.awaitOpenConnections(0, SOON)).isTrue();
      }
      return got;
    }
  }

  /** An answer that comes no further; it ends only because the client leaves. */
  private static Got stalled(Fault fault, Calls calls, boolean isStream) throws IOException {
    Script script =
        Script.of(Rule.always().say(TEXT).fail(fault))
            .pace(new Pace(Duration.ZERO, Duration.ZERO, 6));
    try (ScriptedUpstream upstream = ScriptedUpstream.start(script);
        RawClient client = new RawClient(upstream.baseUrl())) {
      client.send(calls.path(), calls.ask("Hi", isStream));
      client.stopSending();
      Got got = client.read(ENOUGH);
      assertThat(upstream.awaitClientsGone(1, SOON)).isTrue();
      assertThat(got.end()).isEqualTo(End.CLOSED);
      return got;
    }
  }

  /** The number of pieces of text that came whole. */
  private static long pieces(Got got) {
    return got.data().stream().filter(FaultTest::isWholeText).count();
  }

  private static boolean isWholeText(String data) {
    try {
      var event = Json.read(data);
      return !event.at("/choices/0/delta/content").asString("").isEmpty()
          || event.at("/delta/text").isString()
          || event.path("delta").isString();
    } catch (TreadleException e) {
      return false;
    }
  }

  private static boolean hasEnd(Got got) {
    return got.text().contains("[DONE]")
        || got.text().contains("message_stop")
        || got.text().contains("response.completed");
  }

  @ParameterizedTest
  @MethodSource("ways")
  void rateLimitSaysWhenToComeBack(Calls calls, boolean isStream) throws IOException {
    Got got = call(Rule.always().status(429, Duration.ofMillis(1500)), calls, isStream);

    assertThat(got.status()).isEqualTo(429);
    assertThat(got.headers()).containsEntry("retry-after", "2");
    assertThat(got.headers()).containsEntry("retry-after-ms", "1500");
    assertThat(got.json().at("/error/type").asString()).isIn("requests", "rate_limit_error");
    assertThat(call(Rule.always().fail(Fault.RATE_LIMITED), calls, isStream).headers())
        .containsEntry("retry-after", "1");
  }

  @ParameterizedTest
  @MethodSource("ways")
  void errorsAreTyped(Calls calls, boolean isStream) throws IOException {
    Got broken = call(Rule.always().fail(Fault.SERVER_ERROR), calls, isStream);
    Got busy = call(Rule.always().fail(Fault.OVERLOADED), calls, isStream);

    assertThat(broken.status()).isEqualTo(500);
    assertThat(broken.json().at("/error/type").asString()).isIn("server_error", "api_error");
    assertThat(busy.status()).isEqualTo(529);
    assertThat(busy.json().at("/error/message").asString()).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void streamCutBeforeTheFirstTokenHasNoText(Calls calls) throws IOException {
    for (Cut cut : Cut.values()) {
      Got got = call(Rule.always().fail(Fault.CUT_BEFORE_FIRST_TOKEN, cut, 3), calls, true);

      assertThat(got.status()).isEqualTo(200);
      assertThat(pieces(got)).as(cut.wire()).isZero();
      assertThat(got.data()).as("preamble").isNotEmpty();
      assertThat(hasEnd(got)).isFalse();
      assertThat(got.end()).isEqualTo(ending(cut));
    }
  }

  @ParameterizedTest
  @EnumSource
  void streamCutAfterTheFirstTokensHasJustThose(Calls calls) throws IOException {
    for (Cut cut : Cut.values()) {
      Got got = call(Rule.always().fail(Fault.CUT_AFTER_FIRST_TOKEN, cut, 3), calls, true);

      assertThat(pieces(got)).as(cut.wire()).isEqualTo(3);
      assertThat(hasEnd(got)).isFalse();
      assertThat(got.end()).isEqualTo(ending(cut));
      if (cut == Cut.MIDDLE) {
        assertThatThrownBy(
                () ->
                    StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(java.nio.ByteBuffer.wrap(got.body())))
            .as("half a character")
            .isInstanceOf(CharacterCodingException.class);
      }
    }
  }

  private static End ending(Cut cut) {
    return switch (cut) {
      case CLOSE, MIDDLE -> End.CLOSED;
      case RESET -> End.RESET;
      case END -> End.WHOLE;
    };
  }

  @ParameterizedTest
  @EnumSource
  void bodyIsCutBeforeItBegins(Calls calls) throws IOException {
    for (Cut cut : Cut.values()) {
      Got got = call(Rule.always().fail(Fault.CUT_BEFORE_FIRST_TOKEN, cut, 1), calls, false);

      assertThat(got.body()).isEmpty();
      assertThat(got.end()).as(cut.wire()).isEqualTo(ending(cut));
    }
  }

  @ParameterizedTest
  @EnumSource
  void bodyIsCutInItsMiddle(Calls calls) throws IOException {
    for (Cut cut : Cut.values()) {
      Got got = call(Rule.always().fail(Fault.CUT_AFTER_FIRST_TOKEN, cut, 1), calls, false);

      assertThat(got.status()).isEqualTo(200);
      assertThat(got.body()).isNotEmpty();
      assertThatThrownBy(got::json).isInstanceOf(TreadleException.class);
      assertThat(got.end()).as(cut.wire()).isEqualTo(ending(cut));
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void stallBeforeTheFirstTokenIsSilence(Calls calls, boolean isStream) throws IOException {
    Got got = stalled(Fault.STALL_BEFORE_FIRST_TOKEN, calls, isStream);

    assertThat(pieces(got)).isZero();
    assertThat(got.status()).isEqualTo(isStream ? 200 : 0);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void stallAfterTheFirstTokenIsSilenceToo(Calls calls, boolean isStream) throws IOException {
    Got got = stalled(Fault.STALL_AFTER_FIRST_TOKEN, calls, isStream);

    assertThat(got.body()).isNotEmpty();
    assertThat(pieces(got)).isEqualTo(isStream ? 1 : 0);
  }

  @ParameterizedTest
  @EnumSource
  void oneEventIsNotJsonAndTheStreamGoesOn(Calls calls) throws IOException {
    Got whole = call(Rule.always(), calls, true);
    Got got = call(Rule.always().fail(Fault.MALFORMED_JSON), calls, true);

    assertThat(got.data()).hasSameSizeAs(whole.data());
    assertThat(pieces(got)).isEqualTo(pieces(whole) - 1);
    assertThat(hasEnd(got)).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void bodyIsNotJson(Calls calls) throws IOException {
    Got got = call(Rule.always().fail(Fault.MALFORMED_JSON), calls, false);

    assertThat(got.end()).isEqualTo(End.WHOLE);
    assertThat(got.headers()).containsEntry("content-type", "application/json");
    assertThatThrownBy(got::json).isInstanceOf(TreadleException.class);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void htmlComesWithStatus200(Calls calls, boolean isStream) throws IOException {
    Got got = call(Rule.always().fail(Fault.WRONG_CONTENT_TYPE), calls, isStream);

    assertThat(got.status()).isEqualTo(200);
    assertThat(got.headers().get("content-type")).startsWith("text/html");
    assertThat(got.text()).startsWith("<!doctype html>");
  }

  @ParameterizedTest
  @MethodSource("ways")
  void oversizedEventOrBodyNeverEnds(Calls calls, boolean isStream) throws IOException {
    Got got = call(Rule.always().fail(Fault.OVERSIZED), calls, isStream);

    assertThat(got.end()).isEqualTo(End.TOO_LONG);
    assertThat(got.body()).hasSize(ENOUGH);
    assertThat(got.text().lastIndexOf('\n')).isLessThan(10_000);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void endlessAnswerNeverEnds(Calls calls, boolean isStream) throws IOException {
    Got got = call(Rule.always().fail(Fault.ENDLESS), calls, isStream);

    assertThat(got.end()).isEqualTo(End.TOO_LONG);
    assertThat(pieces(got)).isGreaterThan(isStream ? 100 : -1);
  }

  @ParameterizedTest
  @EnumSource
  void errorInsideTheStreamIsTyped(Calls calls) throws IOException {
    Got got = call(Rule.always().fail(Fault.ERROR_AFTER_FIRST_TOKEN, Cut.CLOSE, 2), calls, true);

    assertThat(got.status()).isEqualTo(200);
    assertThat(pieces(got)).isEqualTo(2);
    assertThat(hasEnd(got)).isFalse();
    var last = Json.read(got.data().getLast());
    switch (calls) {
      case CHAT -> assertThat(last.at("/error/type").asString()).isEqualTo("server_error");
      case MESSAGES -> {
        assertThat(got.names().getLast()).isEqualTo("error");
        assertThat(last.at("/error/type").asString()).isEqualTo("api_error");
      }
      case RESPONSES -> {
        assertThat(got.names().getLast()).isEqualTo("error");
        assertThat(last.at("/sequence_number").asInt()).isEqualTo(got.data().size() - 1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void errorUnderStatus200IsABodyToo(Calls calls) throws IOException {
    Got got = call(Rule.always().fail(Fault.ERROR_AFTER_FIRST_TOKEN), calls, false);

    assertThat(got.status()).isEqualTo(200);
    assertThat(got.json().at("/error/message").isString()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void emptyAnswerIsProperlyEnded(Calls calls, boolean isStream) throws IOException {
    Got got = call(Rule.always().fail(Fault.EMPTY_STREAM), calls, isStream);

    assertThat(got.status()).isEqualTo(200);
    assertThat(got.end()).isEqualTo(End.WHOLE);
    assertThat(got.body()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void slowAnswerComesInPartsAndWhole(Calls calls, boolean isStream) throws IOException {
    Got usual = call(Rule.always(), calls, isStream);
    Rule slow =
        Rule.always().fail(Fault.SLOW).pace(new Pace(Duration.ZERO, Duration.ofMillis(2), 6));

    Got got = call(slow, calls, isStream);

    assertThat(got.end()).isEqualTo(End.WHOLE);
    assertThat(got.text()).isEqualTo(usual.text());
  }

  @ParameterizedTest
  @MethodSource("ways")
  void faultStrikesAtTheEndOfAnAnswerThatIsTooShortForIt(Calls calls, boolean isStream)
      throws IOException {
    Got got =
        call(Rule.always().fail(Fault.CUT_AFTER_FIRST_TOKEN, Cut.CLOSE, 999), calls, isStream);

    assertThat(got.end()).isEqualTo(End.CLOSED);
    assertThat(hasEnd(got)).isFalse();
  }
}
