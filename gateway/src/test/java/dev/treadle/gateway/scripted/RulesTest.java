package dev.treadle.gateway.scripted;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.gateway.scripted.RawClient.Got;
import dev.treadle.transcript.Json;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What a script's rules decide. */
class RulesTest {
  private static Got call(Script script, Calls calls, String body) throws IOException {
    try (ScriptedUpstream upstream = ScriptedUpstream.start(script);
        RawClient client = new RawClient(upstream.baseUrl())) {
      return client.post(calls.path(), body);
    }
  }

  @Test
  void rulesChooseByTextModelToolAndTurn() throws IOException {
    Script script =
        Script.read(
            Json.read(
                """
                {"rules": [
                  {"when": {"model": "other"}, "answer": "by model"},
                  {"when": {"tool": "weather"}, "answer": "by tool"},
                  {"when": {"turn": 2}, "answer": "by turn"},
                  {"when": {"contains": "rain"}, "answer": "by text"}]}
                """));
    try (ScriptedUpstream upstream = ScriptedUpstream.start(script);
        RawClient client = new RawClient(upstream.baseUrl())) {
      String user = "{\"role\":\"user\",\"content\":\"Will it rain?\"}";
      assertThat(chat(client, "{\"model\":\"m\",\"messages\":[" + user + "]}"))
          .isEqualTo("by text");
      assertThat(chat(client, "{\"model\":\"other\",\"messages\":[" + user + "]}"))
          .isEqualTo("by model");
      assertThat(
              chat(
                  client,
                  "{\"model\":\"m\",\"messages\":["
                      + user
                      + ",{\"role\":\"assistant\",\"content\":\"No\"},"
                      + user
                      + "]}"))
          .isEqualTo("by turn");
      assertThat(
              chat(
                  client,
                  "{\"model\":\"m\",\"tools\":[{\"type\":\"function\",\"function\":"
                      + "{\"name\":\"weather\"}}],\"messages\":["
                      + user
                      + "]}"))
          .isEqualTo("by tool");
    }
  }

  private static String chat(RawClient client, String body) throws IOException {
    return client
        .post("/v1/chat/completions", body)
        .json()
        .at("/choices/0/message/content")
        .asString();
  }

  @Test
  void ruleHoldsForItsFirstMatchesOnly() throws IOException {
    Script script = Script.of(Rule.always().status(503).times(2), Rule.always().say("at last"));
    try (ScriptedUpstream upstream = ScriptedUpstream.start(script);
        RawClient client = new RawClient(upstream.baseUrl())) {
      String ask = Calls.CHAT.ask("Hi", false);
      assertThat(client.post(Calls.CHAT.path(), ask).status()).isEqualTo(503);
      assertThat(client.post(Calls.CHAT.path(), ask).status()).isEqualTo(503);
      assertThat(chat(client, ask)).isEqualTo("at last");
      assertThat(upstream.receivedCount()).isEqualTo(3);
      assertThat(upstream.openConnections()).isOne();
    }
  }

  @Test
  void strengthIsTheShareOfQuestionsAnsweredRightly() throws IOException {
    Rule question = Rule.always().test("right", "wrong");
    int right = 0;
    try (ScriptedUpstream upstream = ScriptedUpstream.start(Script.of(question).strength(0.7, 42));
        RawClient client = new RawClient(upstream.baseUrl())) {
      for (int i = 0; i < 500; i++) {
        right += chat(client, Calls.CHAT.ask("Question " + i, false)).equals("right") ? 1 : 0;
      }
      assertThat(right).isBetween(310, 390);
      String again = Calls.CHAT.ask("Question 1", false);
      assertThat(chat(client, again)).isEqualTo(chat(client, again));
    }
  }

  @Test
  void keyIsAskedFor() throws IOException {
    Script script = Script.of().key("k-" + "1");
    Got without = call(script, Calls.CHAT, Calls.CHAT.ask("Hi", false));
    assertThat(without.status()).isEqualTo(401);
    assertThat(without.json().at("/error/code").asString()).isEqualTo("invalid_api_key");
    Got messages = call(script, Calls.MESSAGES, Calls.MESSAGES.ask("Hi", false));
    assertThat(messages.json().at("/error/type").asString()).isEqualTo("authentication_error");
    try (ScriptedUpstream upstream = ScriptedUpstream.start(script);
        RawClient client = new RawClient(upstream.baseUrl())) {
      client.raw("GET /v1/models HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer k-1\r\n\r\n");
      assertThat(client.read(9999).json().at("/data/0/id").asString()).isEqualTo("scripted");
    }
  }

  @Test
  void anExamIsPassedAsOftenAsTheSubjectIsKnown() throws IOException {
    StringBuilder items = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      String subject = i % 2 == 0 ? "math" : "code";
      items
          .append(i == 0 ? "" : ",")
          .append("{\"question\": \"Question %d?\", \"reference\": \"right\", ".formatted(i))
          .append("\"wrong\": \"wrong\", \"subject\": \"%s\"}".formatted(subject));
    }
    Script script =
        Script.read(
            Json.read(
                "{\"strengths\": {\"math\": 0.9, \"code\": 0.2}, \"seed\": 7, \"exam\": ["
                    + items
                    + "]}"));
    int math = 0;
    int code = 0;
    try (ScriptedUpstream upstream = ScriptedUpstream.start(script);
        RawClient client = new RawClient(upstream.baseUrl())) {
      for (int i = 0; i < 200; i++) {
        String body =
            "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Question %d?\"}]}"
                .formatted(i);
        boolean isRight = chat(client, body).equals("right");
        math += i % 2 == 0 && isRight ? 1 : 0;
        code += i % 2 == 1 && isRight ? 1 : 0;
      }
    }
    assertThat(math).isBetween(80, 98);
    assertThat(code).isBetween(8, 32);
  }
}
