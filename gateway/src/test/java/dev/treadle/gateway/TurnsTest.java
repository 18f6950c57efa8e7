package dev.treadle.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import dev.treadle.store.Lake;
import dev.treadle.store.Lakes;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which exchanges are turns of one conversation. */
class TurnsTest {
  private static final byte[] SEED = bytes("seed");
  private static final String NOTHING = "";

  private static final String CHAT_CALL =
      "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":null,\"tool_calls\":"
          + "[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}]}}]}";
  private static final String MESSAGES_CALL =
      "{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"s\"},"
          + "{\"type\":\"text\",\"text\":\"I look.\"},"
          + "{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"f\",\"input\":{\"a\":1,\"b\":[2.0,null]}}]}";

  @TempDir Path folder;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static TurnDigests of(Api api, String request, String answer) {
    return TurnDigests.of(SEED, api, bytes(request), bytes(answer));
  }

  private static String chat(String... messages) {
    return "{\"model\":\"m\",\"messages\":[" + String.join(",", messages) + "]}";
  }

  private static String user(String text) {
    return "{\"role\":\"user\",\"content\":" + Json.array().add(text).get(0) + "}";
  }

  private static String said(String text) {
    return "{\"role\":\"assistant\",\"content\":" + Json.array().add(text).get(0) + "}";
  }

  private static String answer(String text) {
    return "{\"choices\":[{\"message\":" + said(text) + "}]}";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"role\":\"assistant\",\"content\":\"hello you\"}",
        "{\"role\":\"assistant\",\"content\":\"  hello you \"}",
        "{\"role\":\"assistant\",\"content\":\"hello\\u0020you\\u2003\"}",
        "{\"content\":\"hello you\\n\",\"refusal\":null,\"role\":\"assistant\",\"tool_calls\":null}",
        "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"hello you\"}],\"tool_calls\":[]}",
        "{\"role\":\"assistant\",\"content\":[{\"text\":\"hello you\",\"cache_control\":{\"type\":\"x\"},\"type\":\"text\"}]}"
      })
  void anAnswerIsTheSameHoweverTheClientSendsItBack(String sentBack) {
    TurnDigests first = of(Api.CHAT, chat(user("hi")), answer("hello you"));
    TurnDigests second = of(Api.CHAT, chat(user("hi"), sentBack, user("more")), answer("x"));

    assertThat(second.beforeAnswers()).containsExactly(first.through().orElseThrow());
    assertThat(second.turn()).isEqualTo(1);
    assertThat(second.through()).isPresent().isNotEqualTo(first.through());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}]",
        "[{\"id\":\"c1\",\"function\":{\"arguments\":\"{\\\"a\\\":1}\",\"name\":\"f\"},\"type\":\"function\",\"index\":0}]"
      })
  void aCallIsTheSameWhateverTheOrderOfItsFields(String calls) {
    TurnDigests first = of(Api.CHAT, chat(user("hi")), CHAT_CALL);
    String back = "{\"role\":\"assistant\",\"tool_calls\":" + calls + "}";
    String result = "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"3\"}";

    assertThat(of(Api.CHAT, chat(user("hi"), back, result), NOTHING).beforeAnswers())
        .containsExactly(first.through().orElseThrow());
    assertThat(
            of(Api.CHAT, chat(user("hi"), back.replace("c1", "c2"), result), NOTHING)
                .beforeAnswers())
        .doesNotContain(first.through().orElseThrow());
  }

  @Test
  void aToolUseIsTheSameWithoutItsThinking() {
    TurnDigests first = of(Api.MESSAGES, chat(user("hi")), MESSAGES_CALL);
    String back =
        "{\"role\":\"assistant\",\"content\":[{\"text\":\"I look.\",\"type\":\"text\",\"citations\":null},"
            + "{\"id\":\"t1\",\"caller\":{\"type\":\"direct\"},\"input\":{\"b\":[2,null],\"a\":1.0},\"name\":\"f\",\"type\":\"tool_use\"}]}";
    String result =
        "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t1\",\"content\":\"3\"}]}";

    assertThat(of(Api.MESSAGES, chat(user("hi"), back, result), NOTHING).beforeAnswers())
        .containsExactly(first.through().orElseThrow());
  }

  @Test
  void whatWasSaidOtherwiseIsAnotherConversation() {
    String through = of(Api.CHAT, chat(user("hi")), answer("hello")).through().orElseThrow();
    for (String request :
        List.of(
            chat(user("hi!"), said("hello")),
            chat(user("hi"), said("hello!")),
            chat(user("h"), said("ihello")),
            chat(user("hi"), user("hello")),
            chat(said("hello")),
            chat())) {
      assertThat(of(Api.CHAT, request, NOTHING).beforeAnswers()).doesNotContain(through);
    }
    assertThat(
            TurnDigests.of(
                    bytes("other"), Api.CHAT, bytes(chat(user("hi"))), bytes(answer("hello")))
                .through())
        .isNotEqualTo(Optional.of(through));
  }

  @Test
  void strangeRequestsGiveNoDigestsAndNoFailure() {
    for (String request :
        List.of(
            "{",
            "[]",
            "",
            "{\"messages\":3}",
            "{\"messages\":[3,{}]}",
            "{\"messages\":[{\"role\":{\"a\":1},\"content\":{}}]}",
            "{\"messages\":[{\"role\":\"assistant\",\"content\":[3],\"tool_calls\":{\"a\":[]}}]}",
            "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"x\",\"n\":1e999999999}]}]}")) {
      for (Api api : Api.values()) {
        assertThat(of(api, request, "{\"choices\":3}")).isNotNull();
      }
    }
    assertThat(of(Api.EMBEDDINGS, chat(said("x")), answer("x")).through()).isEmpty();
  }

  private RunningGateway.Plan plan() {
    return planIn(folder);
  }

  private static RunningGateway.Plan planIn(Path place) {
    return RunningGateway.in(place)
        .upstream("a", UpstreamSettings.Kind.OPENAI, Script.of(Rule.always().say("hello you")))
        .route("default", "a");
  }

  private static Exchange.ConversationMark mark(Exchange exchange) {
    return exchange.conversation().orElseThrow();
  }

  private static void ask(RunningGateway gateway, String body, String... headers) {
    assertThat(gateway.post("/v1/chat/completions", body, headers).statusCode()).isEqualTo(200);
  }

  @Test
  void joinsTheTurnsOfOneConversation() {
    try (RunningGateway gateway = plan().start()) {
      String second = chat(user("hi"), said("hello you"), user("go on"));
      String third =
          chat(user("hi"), said("hello you"), user("go on"), said("hello you"), user("and"));
      String edited = chat(user("hi"), said("hello you"), user("something else"));
      for (String body : List.of(chat(user("hi")), second, third, edited)) {
        ask(gateway, body);
      }
      List<Exchange> kept = gateway.kept();
      Exchange first = kept.getFirst();
      assertThat(kept).extracting(it -> mark(it).id()).containsOnly(mark(first).id());
      assertThat(kept)
          .extracting(it -> mark(it).by())
          .containsExactly("new", "prefix", "prefix", "prefix");
      assertThat(kept).extracting(it -> mark(it).turn()).containsExactly(0, 1, 2, 1);
      assertThat(mark(kept.get(2)).parent()).contains(kept.get(1).id());
      assertThat(mark(kept.get(3)).parent()).contains(first.id());
    }
  }

  @Test
  void theSameWordsFromOthersAreOthersConversations() {
    RunningGateway.Plan plan = plan();
    String[] keys = new String[2];
    for (int i = 0; i < 2; i++) {
      keys[i] =
          ApiKeys.create(
                  plan.lake().state(),
                  new ApiKeys.Grant("k" + i, Set.of(), false, false),
                  Instant.EPOCH,
                  new Random(i))
              .value();
    }
    try (RunningGateway gateway = plan.withKeys().start()) {
      for (String key : keys) {
        ask(gateway, chat(user("hi")), "x-treadle-key", key);
      }
      ask(gateway, chat(user("hi"), said("hello you"), user("more")), "x-treadle-key", keys[0]);
      for (String key : keys) {
        String named = "x-treadle-conversation";
        ask(gateway, chat(user("x")), "x-treadle-key", key, named, "same name");
        ask(gateway, chat(user("y")), "x-treadle-key", key, named, "same name");
      }
      List<String> ids = gateway.kept().stream().map(it -> mark(it).id()).toList();
      assertThat(ids.get(0)).isNotEqualTo(ids.get(1)).isEqualTo(ids.get(2));
      assertThat(ids.get(3)).isEqualTo(ids.get(4)).isNotEqualTo(ids.get(5));
      assertThat(ids.get(5)).isEqualTo(ids.get(6));
      assertThat(ids).allMatch(it -> it.startsWith("cv_") && !it.contains("same"));
    }
  }

  @Test
  void afterARestartTheDigestsInTheLogStillJoin(@TempDir Path other) {
    Exchange.ConversationMark before;
    try (RunningGateway gateway = plan().start()) {
      ask(gateway, chat(user("hi")));
      before = mark(gateway.kept().getFirst());
    }
    Lake again = Lake.open(folder.resolve("lake"), Lakes.settings(8));
    try (RunningGateway gateway = planIn(other).lake(again).start()) {
      ask(gateway, chat(user("hi"), said("hello you"), user("more")));
      Exchange.ConversationMark after = mark(gateway.kept().getLast());
      assertThat(after.by()).isEqualTo("new");
      assertThat(after.turn()).isEqualTo(1);
      assertThat(after.prefix()).isEqualTo(before.through());
    }
  }

  @Test
  void responsesNameTheAnswerThatTheyGoOnFrom() {
    TurnDigests first =
        of(Api.RESPONSES, "{\"input\":\"hi\"}", "{\"object\":\"response\",\"id\":\"resp_1\"}");
    TurnDigests second =
        of(
            Api.RESPONSES,
            "{\"x\":{\"previous_response_id\":\"no\"},\"previous_response_id\":\"resp_1\"}",
            "{\"id\":\"resp_2\"}");

    assertThat(first.beforeAnswers()).isEmpty();
    assertThat(second.beforeAnswers()).containsExactly(first.through().orElseThrow());
    Conversations conversations = new Conversations();
    Conversations.Answered left = new Conversations.Answered(Optional.empty(), 0, Instant.EPOCH);
    Exchange.ConversationMark one =
        conversations.mark("xc_1", "p", first, Optional.empty(), false, left);
    Exchange.ConversationMark two =
        conversations.mark("xc_2", "p", second, Optional.empty(), false, left);
    assertThat(two.id()).isEqualTo(one.id());
    assertThat(two.parent()).contains("xc_1");
  }
}
