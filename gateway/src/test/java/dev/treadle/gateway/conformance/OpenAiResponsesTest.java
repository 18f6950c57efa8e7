package dev.treadle.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.OpenAIServiceException;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.responses.EasyInputMessage;
import com.openai.models.responses.FunctionTool;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseOutputItem;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.ResponseStreamEvent;
import dev.treadle.gateway.scripted.Answer;
import dev.treadle.gateway.scripted.Fault;
import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import dev.treadle.transcript.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenAI's Java library, responses: to upstreams that speak them. */
class OpenAiResponsesTest {
  @TempDir Path folder;

  private Stage stage(Script script) {
    return Stage.of(folder, UpstreamKind.OPENAI, script);
  }

  private static OpenAIClient client(Stage stage) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(stage.url("/v1"))
        .apiKey(Stage.KEY)
        .maxRetries(0)
        .build();
  }

  private static ResponseCreateParams.Builder asking(String question) {
    return ResponseCreateParams.builder().model(Stage.MODEL).input(question);
  }

  private static Response create(Stage stage, ResponseCreateParams params) {
    return client(stage).responses().create(params).validate();
  }

  private static List<ResponseStreamEvent> stream(Stage stage, ResponseCreateParams params) {
    try (StreamResponse<ResponseStreamEvent> response =
        client(stage).responses().createStreaming(params)) {
      List<ResponseStreamEvent> events = new ArrayList<>();
      response.stream().forEach(it -> events.add(it.validate()));
      return events;
    }
  }

  private static Response folded(List<ResponseStreamEvent> events) {
    ResponseAccumulator accumulator = ResponseAccumulator.create();
    events.forEach(accumulator::accumulate);
    return accumulator.response();
  }

  private static String text(Response response) {
    StringBuilder text = new StringBuilder();
    for (ResponseOutputItem item : response.output()) {
      item.message()
          .ifPresent(it -> it.content().forEach(part -> text.append(part.asOutputText().text())));
    }
    return text.toString();
  }

  @Test
  void textIsAnsweredAndStreamedAlike() {
    Answer answer = Answer.text(Weather.ANSWER).used(new Answer.Usage(100, 40, 0, 20, 5));
    try (Stage stage = stage(Script.of(Rule.always().say(answer)))) {
      for (Response got :
          List.of(
              create(stage, asking("Hi").build()), folded(stream(stage, asking("Hi").build())))) {
        assertThat(text(got)).isEqualTo(Weather.ANSWER);
        assertThat(got.status()).contains(ResponseStatus.COMPLETED);
        assertThat(got.usage().orElseThrow().inputTokens()).isEqualTo(100);
        assertThat(got.usage().orElseThrow().inputTokensDetails().cachedTokens()).isEqualTo(40);
        assertThat(got.usage().orElseThrow().outputTokensDetails().reasoningTokens()).isEqualTo(5);
      }
    }
  }

  @Test
  void deltasAreTheText() {
    try (Stage stage = stage(Script.of(Rule.always().say(Weather.ANSWER)))) {
      StringBuilder text = new StringBuilder();
      stream(stage, asking("Hi").build())
          .forEach(it -> it.outputTextDelta().ifPresent(delta -> text.append(delta.delta())));

      assertThat(text.toString()).isEqualTo(Weather.ANSWER);
    }
  }

  @Test
  void parallelCallsAndTheirResultsGoThrough() {
    try (Stage stage = stage(Weather.script())) {
      Response whole = create(stage, withTool(asking(Weather.QUESTION)).build());
      Response streamed = folded(stream(stage, withTool(asking(Weather.QUESTION)).build()));

      for (Response said : List.of(whole, streamed)) {
        assertThat(text(said)).isEqualTo(Weather.SAID_FIRST);
        assertThat(text(create(stage, next(said)))).isEqualTo(Weather.ANSWER);
      }
    }
  }

  private static ResponseCreateParams.Builder withTool(ResponseCreateParams.Builder params) {
    FunctionTool.Parameters.Builder schema = FunctionTool.Parameters.builder();
    Weather.SCHEMA.forEach(
        (key, value) -> schema.putAdditionalProperty(key, JsonValue.from(value)));
    return params.addTool(
        FunctionTool.builder().name(Weather.TOOL).parameters(schema.build()).strict(false).build());
  }

  private static ResponseCreateParams next(Response said) {
    List<ResponseInputItem> items = new ArrayList<>();
    items.add(
        ResponseInputItem.ofEasyInputMessage(
            EasyInputMessage.builder()
                .role(EasyInputMessage.Role.USER)
                .content(Weather.QUESTION)
                .build()));
    List<String> cities = new ArrayList<>();
    List<ResponseInputItem> results = new ArrayList<>();
    for (ResponseOutputItem item : said.output()) {
      item.functionCall()
          .ifPresent(
              it -> {
                cities.add(Json.read(it.arguments()).path("city").asString());
                items.add(ResponseInputItem.ofFunctionCall(it));
                results.add(
                    ResponseInputItem.ofFunctionCallOutput(
                        ResponseInputItem.FunctionCallOutput.builder()
                            .callId(it.callId())
                            .output("sun in " + cities.getLast())
                            .build()));
              });
    }
    items.addAll(results);
    assertThat(cities).isEqualTo(Weather.CITIES);
    return withTool(ResponseCreateParams.builder().model(Stage.MODEL).inputOfResponse(items))
        .build();
  }

  @Test
  void errorsKeepTheirStatus() {
    try (Stage stage = stage(Script.of(Rule.always().status(429)))) {
      OpenAIServiceException error =
          catchThrowableOfType(
              OpenAIServiceException.class, () -> create(stage, asking("Hi").build()));

      assertThat(error.statusCode()).isEqualTo(429);
    }
  }

  @Test
  void errorInsideAStreamIsSeen() {
    try (Stage stage = stage(Script.of(Rule.always().fail(Fault.ERROR_AFTER_FIRST_TOKEN)))) {
      List<ResponseStreamEvent> events = stream(stage, asking("Hi").build());

      assertThat(events.getLast().isError()).isTrue();
      assertThat(events.getLast().asError().message()).contains("scripted failure");
    }
  }
}
