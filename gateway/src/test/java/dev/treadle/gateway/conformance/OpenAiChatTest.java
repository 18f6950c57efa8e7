package dev.treadle.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.OpenAIException;
import com.openai.errors.OpenAIServiceException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.completions.CompletionUsage;
import dev.treadle.gateway.scripted.Answer;
import dev.treadle.gateway.scripted.Fault;
import dev.treadle.gateway.scripted.Pace;
import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import dev.treadle.transcript.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** OpenAI's Java library, chat completions. */
class OpenAiChatTest {
  @TempDir Path folder;

  private static final Duration SOON = Duration.ofSeconds(10);

  private static OpenAIClient client(Stage stage) {
    return client(stage, 0);
  }

  private static OpenAIClient client(Stage stage, int retries) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(stage.url("/v1"))
        .apiKey(Stage.KEY)
        .maxRetries(retries)
        .build();
  }

  private static ChatCompletionCreateParams.Builder asking(String question) {
    return ChatCompletionCreateParams.builder().model(Stage.MODEL).addUserMessage(question);
  }

  private static ChatCompletion create(Stage stage, ChatCompletionCreateParams params) {
    return client(stage).chat().completions().create(params).validate();
  }

  private static List<ChatCompletionChunk> stream(Stage stage, ChatCompletionCreateParams params) {
    try (StreamResponse<ChatCompletionChunk> response =
        client(stage).chat().completions().createStreaming(params)) {
      List<ChatCompletionChunk> chunks = new ArrayList<>();
      response.stream().forEach(it -> chunks.add(it.validate()));
      return chunks;
    }
  }

  private static ChatCompletion folded(List<ChatCompletionChunk> chunks) {
    ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
    chunks.forEach(accumulator::accumulate);
    return accumulator.chatCompletion();
  }

  @ParameterizedTest
  @EnumSource
  void textIsAnswered(UpstreamKind kind) {
    try (Stage stage = Stage.of(folder, kind, Script.of(Rule.always().say(Weather.ANSWER)))) {
      ChatCompletion got = create(stage, asking("Hi").build());

      ChatCompletion.Choice choice = got.choices().getFirst();
      assertThat(choice.message().content()).contains(Weather.ANSWER);
      assertThat(choice.finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
      assertThat(got.model()).isEqualTo(Stage.MODEL);
    }
  }

  @ParameterizedTest
  @EnumSource
  void textIsStreamedAsItWouldBeAnswered(UpstreamKind kind) {
    try (Stage stage = Stage.of(folder, kind, Script.of(Rule.always().say(Weather.ANSWER)))) {
      List<ChatCompletionChunk> chunks = stream(stage, asking("Hi").build());

      assertThat(chunks).allSatisfy(it -> assertThat(it.choices()).isNotEmpty());
      assertThat(chunks).extracting(ChatCompletionChunk::id).containsOnly(chunks.getFirst().id());
      ChatCompletion got = folded(chunks);
      assertThat(got.choices().getFirst().message().content()).contains(Weather.ANSWER);
      assertThat(got.choices().getFirst().finishReason())
          .isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
      assertThat(got.usage()).as("not asked for").isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void tokensAreCounted(UpstreamKind kind) {
    Answer answer = Answer.text("Hello").used(new Answer.Usage(100, 40, 0, 20, 0));
    try (Stage stage = Stage.of(folder, kind, Script.of(Rule.always().say(answer)))) {
      ChatCompletionStreamOptions options =
          ChatCompletionStreamOptions.builder().includeUsage(true).build();

      CompletionUsage whole = create(stage, asking("Hi").build()).usage().orElseThrow();
      CompletionUsage streamed =
          folded(stream(stage, asking("Hi").streamOptions(options).build())).usage().orElseThrow();

      for (CompletionUsage usage : List.of(whole, streamed)) {
        assertThat(usage.promptTokens()).isEqualTo(100);
        assertThat(usage.completionTokens()).isEqualTo(20);
        assertThat(usage.totalTokens()).isEqualTo(120);
        assertThat(usage.promptTokensDetails().orElseThrow().cachedTokens()).contains(40L);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void parallelCallsAndTheirResultsGoThrough(UpstreamKind kind) {
    try (Stage stage = Stage.of(folder, kind, Weather.script())) {
      ChatCompletionCreateParams.Builder conversation = withTool(asking(Weather.QUESTION));
      ChatCompletion first = create(stage, conversation.build());

      assertThat(first.choices().getFirst().finishReason())
          .isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
      goesOn(stage, conversation, first.choices().getFirst().message());
    }
  }

  @ParameterizedTest
  @EnumSource
  void parallelCallsAreStreamedAsTheyWouldBeAnswered(UpstreamKind kind) {
    try (Stage stage = Stage.of(folder, kind, Weather.script())) {
      ChatCompletionCreateParams.Builder conversation = withTool(asking(Weather.QUESTION));
      ChatCompletion first = folded(stream(stage, conversation.build()));

      assertThat(first.choices().getFirst().finishReason())
          .isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
      goesOn(stage, conversation, first.choices().getFirst().message());
    }
  }

  private static ChatCompletionCreateParams.Builder withTool(
      ChatCompletionCreateParams.Builder params) {
    FunctionParameters.Builder schema = FunctionParameters.builder();
    Weather.SCHEMA.forEach(
        (key, value) -> schema.putAdditionalProperty(key, JsonValue.from(value)));
    return params.addFunctionTool(
        FunctionDefinition.builder().name(Weather.TOOL).parameters(schema.build()).build());
  }

  private static void goesOn(
      Stage stage, ChatCompletionCreateParams.Builder conversation, ChatCompletionMessage said) {
    assertThat(said.content()).contains(Weather.SAID_FIRST);
    List<String> cities = new ArrayList<>();
    conversation.addMessage(said);
    for (var call : said.toolCalls().orElseThrow()) {
      ChatCompletionMessageFunctionToolCall function = call.asFunction();
      assertThat(function.function().name()).isEqualTo(Weather.TOOL);
      cities.add(Json.read(function.function().arguments()).path("city").asString());
      conversation.addMessage(
          ChatCompletionToolMessageParam.builder()
              .toolCallId(function.id())
              .content("sun in " + cities.getLast())
              .build());
    }
    assertThat(cities).isEqualTo(Weather.CITIES);

    ChatCompletion last = create(stage, conversation.build());

    assertThat(last.choices().getFirst().message().content()).contains(Weather.ANSWER);
  }

  /** What is asked for as structured output. */
  public record Person(String name, int age) {}

  @ParameterizedTest
  @EnumSource
  void answerFitsTheSchema(UpstreamKind kind) {
    try (Stage stage = Stage.of(folder, kind, Script.of())) {
      var got =
          client(stage)
              .chat()
              .completions()
              .create(asking("Who?").responseFormat(Person.class).build());

      assertThat(got.choices().getFirst().message().content()).contains(new Person("name", 1));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "OPENAI, 400",
    "OPENAI, 404",
    "OPENAI, 422",
    "OPENAI, 429",
    "OPENAI, 500",
    "OPENAI, 503",
    "ANTHROPIC, 400",
    "ANTHROPIC, 404",
    "ANTHROPIC, 413",
    "ANTHROPIC, 429",
    "ANTHROPIC, 500",
    "ANTHROPIC, 529"
  })
  void errorsKeepTheirStatusAndHaveAType(UpstreamKind kind, int status) {
    try (Stage stage = Stage.of(folder, kind, Script.of(Rule.always().status(status)))) {
      OpenAIServiceException error =
          catchThrowableOfType(
              OpenAIServiceException.class, () -> create(stage, asking("Hi").build()));

      assertThat(error.statusCode()).isEqualTo(status);
      assertThat(error.type()).isPresent();
      assertThat(error.getMessage()).contains("scripted failure " + status);
    }
  }

  @ParameterizedTest
  @EnumSource
  void errorThatIsFinalIsNotTriedAgain(UpstreamKind kind) {
    Rule rule = Rule.always().status(429, Duration.ofMillis(1)).header("x-should-retry", "false");
    try (Stage stage = Stage.of(folder, kind, Script.of(rule))) {
      assertThatThrownBy(() -> client(stage, 2).chat().completions().create(asking("Hi").build()))
          .isInstanceOf(OpenAIServiceException.class);

      assertThat(stage.clientCalls()).isEqualTo(1);
      assertThat(stage.upstream().receivedCount()).as("by the gateway neither").isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void triesOfTheGatewayAreNotMultiplied(UpstreamKind kind) {
    try (Stage stage = Stage.of(folder, kind, Script.of(Rule.always().status(503)))) {
      assertThatThrownBy(() -> client(stage, 2).chat().completions().create(asking("Hi").build()))
          .isInstanceOf(OpenAIServiceException.class);

      assertThat(stage.clientCalls()).isEqualTo(1);
      assertThat(stage.upstream().receivedCount()).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @EnumSource
  void twoFailuresAreMadeUpFor(UpstreamKind kind) {
    Rule rule = Rule.always().status(503, Duration.ofMillis(1)).times(2);
    try (Stage stage = Stage.of(folder, kind, Script.of(rule, Rule.always().say("at last")))) {
      ChatCompletion got = client(stage, 2).chat().completions().create(asking("Hi").build());

      assertThat(got.choices().getFirst().message().content()).contains("at last");
      assertThat(stage.upstream().receivedCount()).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @EnumSource
  void errorInsideAStreamIsThrown(UpstreamKind kind) {
    try (Stage stage =
        Stage.of(folder, kind, Script.of(Rule.always().fail(Fault.ERROR_AFTER_FIRST_TOKEN)))) {
      assertThatThrownBy(() -> stream(stage, asking("Hi").build()))
          .isInstanceOf(OpenAIException.class)
          .hasMessageContaining("scripted failure");
    }
  }

  @ParameterizedTest
  @EnumSource
  void streamThatIsGivenUpEndsTheCallUpstream(UpstreamKind kind) {
    Script script =
        Script.of(Rule.always().say("a long answer in many pieces"))
            .pace(new Pace(Duration.ZERO, Duration.ofHours(1), 4));
    try (Stage stage = Stage.of(folder, kind, script)) {
      try (StreamResponse<ChatCompletionChunk> response =
          client(stage).chat().completions().createStreaming(asking("Hi").build())) {
        Iterator<ChatCompletionChunk> chunks = response.stream().iterator();
        assertThat(chunks.next().choices()).isNotEmpty();
      }
      assertThat(stage.upstream().awaitClientsGone(1, SOON)).isTrue();
    }
  }
}
