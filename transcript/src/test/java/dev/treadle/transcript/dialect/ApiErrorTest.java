package dev.treadle.transcript.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.transcript.Json;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiErrorTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "401|{\"error\":{\"message\":\"no\",\"type\":\"t\",\"param\":\"p\",\"code\":\"c\"}}|401|t|no",
        "0|{\"error\":{\"message\":\"no\",\"type\":\"rate_limit_error\"}}|429|rate_limit_error|no",
        "200|{\"error\":{\"message\":\"no\",\"code\":503}}|503|server_error|no",
        "0|{\"error\":{\"message\":\"no\",\"code\":\"insufficient_quota\"}}|429|rate_limit_error|no",
        "429|{\"error\":\"slow\"}|429|rate_limit_error|slow",
        "422|{\"detail\":[{\"loc\":[\"body\"]}]}|422|invalid_request_error|[{\"loc\":[\"body\"]}]",
        "404|{\"detail\":\"Not Found\"}|404|invalid_request_error|Not Found",
        "400|{\"object\":\"error\",\"message\":\"bad\",\"type\":\"BadRequest\"}|400|BadRequest|bad",
        "400|[{\"error\":{\"message\":\"bad\",\"status\":\"X\"}}]|400|invalid_request_error|bad",
        "502|<html>Bad Gateway</html>|502|server_error|<html>Bad Gateway</html>",
        "503|``|503|server_error|the server answered with status 503 and did not say why",
        "500|{}|500|server_error|the server answered with status 500 and did not say why",
        "0|7|500|server_error|7",
      })
  void readsWhateverBodyAnErrorHas(
      int status, String body, int expected, String type, String message) {
    ApiError error = ApiError.decode(Protocol.CHAT, status, body.getBytes(StandardCharsets.UTF_8));

    assertThat(error.status()).isEqualTo(expected);
    assertThat(error.type()).isEqualTo(type);
    assertThat(error.message()).isEqualTo(message);
  }

  @Test
  void cutsALongBodyThatIsNoJson() {
    ApiError error =
        ApiError.decode(Protocol.CHAT, 500, "x".repeat(9000).getBytes(StandardCharsets.UTF_8));

    assertThat(error.message()).hasSize(500);
  }

  @Test
  void writesAllFourKeysOfChatAndTheWordsOfEachVendor() {
    ApiError error = ApiError.of(529, "overloaded_error", "busy");

    assertThat(error.encode(Protocol.CHAT))
        .isEqualTo(
            Json.read(
                "{\"error\":{\"message\":\"busy\",\"type\":\"server_error\",\"param\":null,\"code\":null}}"));
    assertThat(error.encode(Protocol.MESSAGES))
        .isEqualTo(
            Json.read(
                "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"},"
                    + "\"request_id\":null}"));
    assertThat(
            ApiError.of(429, "insufficient_quota", "x")
                .encode(Protocol.MESSAGES)
                .at("/error/type")
                .asString())
        .isEqualTo("rate_limit_error");
    assertThat(
            ApiError.of(402, "budget_exceeded", "x")
                .encode(Protocol.MESSAGES)
                .at("/error/type")
                .asString())
        .isEqualTo("budget_exceeded");
  }

  @Test
  void readsItsOwnEventBackInEveryApi() {
    ApiError error =
        new ApiError(
            429, "rate_limit_error", "slow", Optional.of("rate_limit_exceeded"), Optional.empty());

    for (Protocol protocol : Protocol.values()) {
      StreamedAnswer answer = StreamedAnswer.of(protocol);

      assertThat(answer.follow(error.event(protocol))).isEqualTo(StreamedAnswer.Kind.ERROR);
      assertThat(answer.error().orElseThrow().status()).isEqualTo(429);
      assertThat(answer.error().orElseThrow().message()).isEqualTo("slow");
    }
    assertThat(error.event(Protocol.CHAT).name()).isEmpty();
    assertThat(error.event(Protocol.MESSAGES).name()).isEqualTo("error");
  }

  @ParameterizedTest
  @CsvSource({
    "400,invalid_request_error,invalid_request_error",
    "401,authentication_error,authentication_error",
    "402,insufficient_quota,billing_error",
    "403,permission_error,permission_error",
    "404,invalid_request_error,not_found_error",
    "413,invalid_request_error,request_too_large",
    "418,invalid_request_error,invalid_request_error",
    "429,rate_limit_error,rate_limit_error",
    "500,server_error,api_error",
    "504,server_error,timeout_error",
    "529,server_error,overloaded_error"
  })
  void namesAStatusInTheWordsOfEachVendor(int status, String openAi, String anthropic) {
    assertThat(ErrorTypes.type(Protocol.CHAT, status)).isEqualTo(openAi);
    assertThat(ErrorTypes.type(Protocol.MESSAGES, status)).isEqualTo(anthropic);
  }
}
