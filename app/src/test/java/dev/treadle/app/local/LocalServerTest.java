package dev.treadle.app.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.training.making.ModelMaker;
import dev.treadle.training.making.ModelPlan;
import dev.treadle.training.model.Architecture;
import dev.treadle.training.serving.LocalModel;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A small model behind OpenAI's API, as clients see it. */
@SuppressWarnings("NullAway.Init")
final class LocalServerTest {
  private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]";

  @TempDir static Path place;
  private static LocalModel model;
  private static LocalServer server;
  private static HttpClient client;

  @BeforeAll
  static void serve() throws IOException {
    Path text = Files.writeString(place.resolve("text.txt"), "Hello you 😀 and you. ".repeat(40));
    Path folder = Files.createDirectories(place.resolve("model"));
    new ModelMaker(new ModelPlan(Architecture.QWEN3, 64, 2, 300, 512, 1))
        .make(List.of(text), folder);
    model =
        LocalModel.open(
            new LocalModel.Settings(
                folder, Optional.empty(), OptionalInt.empty(), 2, Long.MAX_VALUE));
    server =
        LocalServer.start(
            model,
            new LocalServer.Settings(
                "127.0.0.1",
                0,
                "small",
                Instant.EPOCH,
                Instant::now,
                System::nanoTime,
                new SplittableRandom(1),
                System.err::println));
    client = HttpClient.newHttpClient();
  }

  @AfterAll
  static void end() {
    client.close();
    server.close();
    model.close();
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return send(HttpRequest.newBuilder(server.url().resolve(path)));
  }

  private static HttpResponse<String> post(String path, String body) throws Exception {
    URI url = server.url().resolve(path);
    return send(HttpRequest.newBuilder(url).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static HttpResponse<String> chat(String more) throws Exception {
    return post("/v1/chat/completions", "{\"model\":\"small\"," + MESSAGES + more + "}");
  }

  private static List<JsonNode> events(String body) {
    List<JsonNode> events = new ArrayList<>();
    for (String it : body.split("\n\n", -1)) {
      if (it.startsWith("data: {")) {
        events.add(Json.read(it.substring(6)));
      }
    }
    return events;
  }

  @Test
  void answersWhole() throws Exception {
    HttpResponse<String> answer = chat(",\"max_tokens\":9,\"seed\":3");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode json = Json.read(answer.body());
    assertThat(json.path("object").asString()).isEqualTo("chat.completion");
    assertThat(json.path("model").asString()).isEqualTo("small");
    JsonNode choice = json.path("choices").path(0);
    assertThat(choice.path("message").path("role").asString()).isEqualTo("assistant");
    assertThat(choice.path("finish_reason").asString()).isEqualTo("length");
    assertThat(choice.path("logprobs").isNull()).isTrue();
    JsonNode usage = json.path("usage");
    assertThat(usage.path("completion_tokens").intValue()).isEqualTo(9);
    assertThat(usage.path("total_tokens").intValue())
        .isEqualTo(usage.path("prompt_tokens").intValue() + 9);
  }

  @Test
  void streamsWhatItAnswersWhole() throws Exception {
    String more = ",\"max_tokens\":60,\"seed\":4,\"temperature\":1,\"logprobs\":true";
    JsonNode whole = Json.read(chat(more).body()).path("choices").path(0);
    HttpResponse<String> stream =
        chat(more + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}");
    assertThat(stream.headers().firstValue("content-type")).contains("text/event-stream");
    assertThat(stream.body()).endsWith("data: [DONE]\n\n");
    StringBuilder content = new StringBuilder();
    StringBuilder reasoning = new StringBuilder();
    List<JsonNode> chances = new ArrayList<>();
    String finish = "";
    List<JsonNode> events = events(stream.body());
    for (JsonNode it : events) {
      JsonNode choice = it.path("choices").path(0);
      content.append(choice.path("delta").path("content").asString(""));
      reasoning.append(choice.path("delta").path("reasoning_content").asString(""));
      choice.path("logprobs").path("content").forEach(chances::add);
      finish = choice.path("finish_reason").asString(finish);
    }
    assertThat(events.getFirst().at("/choices/0/delta/role").asString()).isEqualTo("assistant");
    assertThat(content).hasToString(whole.path("message").path("content").asString());
    assertThat(reasoning).hasToString(whole.path("message").path("reasoning_content").asString(""));
    assertThat(finish).isEqualTo(whole.path("finish_reason").asString());
    assertThat(chances).hasSize(whole.path("logprobs").path("content").size()).isNotEmpty();
    JsonNode usage = events.getLast().path("usage");
    assertThat(events.getLast().path("choices").isEmpty()).isTrue();
    assertThat(usage.path("prompt_tokens_details").path("cached_tokens").intValue())
        .isEqualTo(usage.path("prompt_tokens").intValue() - 1);
  }

  @Test
  void tellsHowLikelyTokensWere() throws Exception {
    JsonNode json =
        Json.read(
            chat(",\"max_tokens\":5,\"temperature\":0,\"logprobs\":true,\"top_logprobs\":2")
                .body());
    JsonNode tokens = json.at("/choices/0/logprobs/content");
    assertThat(tokens.size()).isEqualTo(5);
    for (JsonNode it : tokens) {
      assertThat(it.path("logprob").doubleValue()).isNegative();
      assertThat(it.path("top_logprobs").size()).isEqualTo(2);
      assertThat(it.path("top_logprobs").path(0).path("logprob")).isEqualTo(it.path("logprob"));
    }
  }

  @Test
  void goesOnWithTexts() throws Exception {
    String body = "{\"prompt\":\"Hello\",\"max_tokens\":12,\"seed\":1%s}";
    HttpResponse<String> whole = post("/v1/completions", body.formatted(""));
    assertThat(whole.statusCode()).as(whole.body()).isEqualTo(200);
    JsonNode json = Json.read(whole.body());
    assertThat(json.path("object").asString()).isEqualTo("text_completion");
    String text = json.at("/choices/0/text").asString();
    HttpResponse<String> stream = post("/v1/completions", body.formatted(",\"stream\":true"));
    StringBuilder streamed = new StringBuilder();
    events(stream.body()).forEach(it -> streamed.append(it.at("/choices/0/text").asString("")));
    assertThat(streamed).hasToString(text);
  }

  @Test
  void saysWhatItIs() throws Exception {
    assertThat(Json.read(get("/health").body()).path("status").asString()).isEqualTo("ok");
    assertThat(Json.read(get("/v1/models").body()).at("/data/0/id").asString()).isEqualTo("small");
    assertThat(get("/v1/models/small").statusCode()).isEqualTo(200);
    assertThat(get("/v1/models/other").statusCode()).isEqualTo(404);
    assertThat(get("/v1/chat/completions").statusCode()).isEqualTo(405);
    assertThat(post("/v1/models", "{}").statusCode()).isEqualTo(405);
    assertThat(post("/v1/embeddings", "{}").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",\"temperature\":\"hot\"",
        ",\"temperature\":-1",
        ",\"temperature\":1e999",
        ",\"top_p\":7",
        ",\"max_tokens\":0",
        ",\"max_tokens\":99999999999999999999",
        ",\"max_tokens\":1.5",
        ",\"seed\":\"x\"",
        ",\"stream\":1",
        ",\"stream_options\":{}",
        ",\"stop\":[1]",
        ",\"stop\":\"\"",
        ",\"stop\":{\"a\":1}",
        ",\"n\":2",
        ",\"logit_bias\":{\"1\":5}",
        ",\"presence_penalty\":1",
        ",\"presence_penalty\":-1e999",
        ",\"top_logprobs\":3",
        ",\"logprobs\":true,\"top_logprobs\":21",
        ",\"response_format\":{\"type\":\"json_object\"}",
        ",\"tools\":{}",
        ",\"tools\":[{}]",
        ",\"tools\":[{\"function\":{\"name\":\"f\"}}],\"tool_choice\":\"required\"",
        ",\"chat_template_kwargs\":[]",
        ",\"messages\":[]",
        ",\"messages\":\"hi\"",
        ",\"messages\":[7]",
        ",\"messages\":[{\"role\":\"king\",\"content\":\"x\"}]",
        ",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]",
        ",\"messages\":[{\"role\":\"user\",\"content\":{\"a\":1}}]",
        ",\"model\":[]"
      })
  void refusesWhatItCannotDo(String more) throws Exception {
    HttpResponse<String> answer = chat(more);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    JsonNode error = Json.read(answer.body()).path("error");
    assertThat(error.path("type").asString()).isEqualTo("invalid_request_error");
    assertThat(error.path("message").asString()).isNotBlank();
  }

  @Test
  void refusesWhatIsNoRequest() throws Exception {
    for (String it : List.of("", "[]", "3", "{", "nonsense", "[".repeat(100_000), "\uFFFD")) {
      assertThat(post("/v1/chat/completions", it).statusCode()).as(it).isEqualTo(400);
    }
    String deep = "{\"messages\":" + "{\"a\":".repeat(400) + "1" + "}".repeat(400) + "}";
    assertThat(post("/v1/chat/completions", deep).statusCode()).isEqualTo(400);
    assertThat(post("/v1/chat/completions", "x".repeat((8 << 20) + 1)).statusCode()).isEqualTo(413);
    assertThat(post("/v1/completions", "{\"prompt\":[\"a\",\"b\"]}").statusCode()).isEqualTo(400);
    assertThat(post("/v1/completions", "{\"prompt\":\"\"}").statusCode()).isEqualTo(400);
  }

  @Test
  void refusesPromptsThatAreTooLongAndGoesOn() throws Exception {
    HttpResponse<String> answer =
        post("/v1/completions", "{\"prompt\":\"" + "Xy9 ".repeat(5000) + "\"}");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Json.read(answer.body()).at("/error/code").asString())
        .isEqualTo("context_length_exceeded");
    assertThat(chat(",\"max_tokens\":1").statusCode()).isEqualTo(200);
  }

  @Test
  void otherModelsAreNotThere() throws Exception {
    HttpResponse<String> answer =
        post("/v1/chat/completions", "{\"model\":\"large\"," + MESSAGES + "}");
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("model_not_found", "small");
  }

  @Test
  void severalClientsGetTheirOwnAnswers() throws Exception {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      expected.add(content(chat(",\"max_tokens\":20,\"seed\":" + i).body()));
    }
    List<CompletableFuture<String>> asked = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      HttpRequest request =
          HttpRequest.newBuilder(server.url().resolve("/v1/chat/completions"))
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{" + MESSAGES + ",\"max_tokens\":20,\"seed\":" + i + "}"))
              .build();
      asked.add(
          client
              .sendAsync(request, HttpResponse.BodyHandlers.ofString())
              .thenApply(it -> content(it.body())));
    }
    for (int i = 0; i < 4; i++) {
      assertThat(asked.get(i).get()).isEqualTo(expected.get(i));
    }
  }

  private static String content(String body) {
    return Json.read(body).at("/choices/0/message").toString();
  }
}
