package dev.treadle.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonObject;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicException;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageContentParam;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.anthropic.models.messages.ToolUseBlock;
import dev.treadle.gateway.scripted.Answer;
import dev.treadle.gateway.scripted.Fault;
import dev.treadle.gateway.scripted.Pace;
import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Anthropic's Java library, messages. */
class AnthropicMessagesTest {
  @TempDir Path folder;

  private static final Duration SOON = Duration.ofSeconds(10);

  private static AnthropicClient client(Stage stage) {
    return client(stage, 0);
  }

  private static AnthropicClient client(Stage stage, int retries) {
    return AnthropicOkHttpClient.builder()
        .baseUrl(stage.url(""))
        .apiKey(Stage.KEY)
        .maxRetries(retries)
        .build();
  }

  private static MessageCreateParams.Builder asking(String question) {
    return MessageCreateParams.builder()
        .model(Stage.MODEL)
        .maxTokens(1000)
        .addUserMessage(question);
  }

  private static Message create(Stage stage, MessageCreateParams params) {
    return client(stage).messages().create(params).validate();
  }

  private static Message stream(Stage stage, MessageCreateParams params) {
    try (StreamResponse<RawMessageStreamEvent> response =
        client(stage).messages().createStreaming(params)) {
      MessageAccumulator accumulator = MessageAccumulator.create();
      response.stream().forEach(it -> accumulator.accumulate(it.validate()));
      return accumulator.message();
    }
  }

  private static String text(Message message) {
    StringBuilder text = new StringBuilder();
    message.content().forEach(it -> it.text().ifPresent(block -> text.append(block.text())));
    return text.toString();
  }

  @ParameterizedTest
  @EnumSource
  void textIsAnsweredAndStreamedAlike(UpstreamKind kind) {
    try (Stage stage = Stage.of(folder, kind, Script.of(Rule.always().say(Weather.ANSWER)))) {
      for (Message got :
          List.of(create(stage, asking("Hi").build()), stream(stage, asking("Hi").build()))) {
        assertThat(text(got)).isEqualTo(Weather.ANSWER);
        assertThat(got.stopReason()).contains(StopReason.END_TURN);
        assertThat(got.model().asString()).isEqualTo(Stage.MODEL);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void tokensAreCounted(UpstreamKind kind) {
    Answer answer = Answer.text("Hello").used(new Answer.Usage(100, 40, 0, 20, 0));
    try (Stage stage = Stage.of(folder, kind, Script.of(Rule.always().say(answer)))) {
      for (Message got :
          List.of(create(stage, asking("Hi").build()), stream(stage, asking("Hi").build()))) {
        assertThat(got.usage().inputTokens()).as("without cached ones").isEqualTo(60);
        assertThat(got.usage().cacheReadInputTokens()).contains(40L);
        assertThat(got.usage().outputTokens()).isEqualTo(20);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void parallelCallsAndTheirResultsGoThrough(UpstreamKind kind) {
    try (Stage stage = Stage.of(folder, kind, Weather.script())) {
      MessageCreateParams.Builder conversation = withTool(asking(Weather.QUESTION));

      goesOn(stage, conversation, create(stage, conversation.build()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void parallelCallsAreStreamedAsTheyWouldBeAnswered(UpstreamKind kind) {
    try (Stage stage = Stage.of(folder, kind, Weather.script())) {
      MessageCreateParams.Builder conversation = withTool(asking(Weather.QUESTION));

      goesOn(stage, conversation, stream(stage, conversation.build()));
    }
  }

  private static MessageCreateParams.Builder withTool(MessageCreateParams.Builder params) {
    Tool.InputSchema.Builder schema = Tool.InputSchema.builder();
    Weather.SCHEMA.forEach(
        (key, value) -> schema.putAdditionalProperty(key, JsonValue.from(value)));
    return params.addTool(Tool.builder().name(Weather.TOOL).inputSchema(schema.build()).build());
  }

  private static void goesOn(Stage stage, MessageCreateParams.Builder conversation, Message said) {
    assertThat(said.stopReason()).contains(StopReason.TOOL_USE);
    assertThat(text(said)).isEqualTo(Weather.SAID_FIRST);
    List<String> cities = new ArrayList<>();
    List<ContentBlockParam> results = new ArrayList<>();
    for (ContentBlock block : said.content()) {
      block.toolUse().ifPresent(it -> results.add(result(it, cities)));
    }
    assertThat(cities).isEqualTo(Weather.CITIES);
    conversation.addMessage(said).addUserMessage(MessageContentParam.ofContentBlockParams(results));

    Message last = create(stage, conversation.build());

    assertThat(text(last)).isEqualTo(Weather.ANSWER);
  }

  private static ContentBlockParam result(ToolUseBlock call, List<String> cities) {
    assertThat(call.name()).isEqualTo(Weather.TOOL);
    Map<String, JsonValue> input = ((JsonObject) call._input()).values();
    cities.add(String.valueOf(input.get("city")));
    return ContentBlockParam.ofToolResult(
        ToolResultBlockParam.builder()
            .toolUseId(call.id())
            .content("sun in " + cities.getLast())
            .build());
  }

  /** What is asked for as structured output. */
  public record Person(String name, int age) {}

  @ParameterizedTest
  @EnumSource
  void answerFitsTheSchema(UpstreamKind kind) {
    try (Stage stage = Stage.of(folder, kind, Script.of())) {
      var got = client(stage).messages().create(asking("Who?").outputConfig(Person.class).build());

      assertThat(got.content().getFirst().asText().text()).isEqualTo(new Person("name", 1));
    }
  }

  @ParameterizedTest
  @EnumSource
  void thoughtsComeWithWhatTheyAreSignedWith(UpstreamKind kind) {
    Script script = Script.of(Rule.always().say(Answer.text("42").reasoned("6 times 7")));
    try (Stage stage = Stage.of(folder, kind, script)) {
      MessageCreateParams params =
          asking("How many?").maxTokens(5000).enabledThinking(2000).build();

      for (Message got : List.of(create(stage, params), stream(stage, params))) {
        assertThat(got.content()).hasSize(2);
        assertThat(got.content().getFirst().asThinking().thinking()).isEqualTo("6 times 7");
        if (kind == UpstreamKind.ANTHROPIC) {
          assertThat(got.content().getFirst().asThinking().signature()).isNotEmpty();
        }
        assertThat(text(got)).isEqualTo("42");
      }
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
      AnthropicServiceException error =
          catchThrowableOfType(
              AnthropicServiceException.class, () -> create(stage, asking("Hi").build()));

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
      assertThatThrownBy(() -> client(stage, 2).messages().create(asking("Hi").build()))
          .isInstanceOf(AnthropicServiceException.class);

      assertThat(stage.clientCalls()).isEqualTo(1);
      assertThat(stage.upstream().receivedCount()).as("by the gateway neither").isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void twoFailuresAreMadeUpFor(UpstreamKind kind) {
    Rule rule = Rule.always().status(529, Duration.ofMillis(1)).times(2);
    try (Stage stage = Stage.of(folder, kind, Script.of(rule, Rule.always().say("at last")))) {
      Message got = client(stage, 2).messages().create(asking("Hi").build());

      assertThat(text(got)).isEqualTo("at last");
      assertThat(stage.upstream().receivedCount()).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @EnumSource
  void errorInsideAStreamIsThrown(UpstreamKind kind) {
    try (Stage stage =
        Stage.of(folder, kind, Script.of(Rule.always().fail(Fault.ERROR_AFTER_FIRST_TOKEN)))) {
      assertThatThrownBy(() -> stream(stage, asking("Hi").build()))
          .isInstanceOf(AnthropicException.class)
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
      try (StreamResponse<RawMessageStreamEvent> response =
          client(stage).messages().createStreaming(asking("Hi").build())) {
        Iterator<RawMessageStreamEvent> events = response.stream().iterator();
        assertThat(events.next().isMessageStart()).isTrue();
      }
      assertThat(stage.upstream().awaitClientsGone(1, SOON)).isTrue();
    }
  }

  @Test
  void tokensAreCountedBeforehand() {
    MessageCountTokensParams params =
        MessageCountTokensParams.builder().model(Stage.MODEL).addUserMessage("Hi").build();
    try (Stage stage = Stage.of(folder, UpstreamKind.ANTHROPIC, Script.of())) {
      assertThat(client(stage).messages().countTokens(params).validate().inputTokens())
          .isPositive();
    }
  }

  @Test
  void whoCannotCountTokensSaysSo() {
    MessageCountTokensParams params =
        MessageCountTokensParams.builder().model(Stage.MODEL).addUserMessage("Hi").build();
    try (Stage stage = Stage.of(folder, UpstreamKind.OPENAI, Script.of())) {
      assertThatThrownBy(() -> client(stage).messages().countTokens(params))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("no upstream");
    }
  }

  @ParameterizedTest
  @EnumSource
  void triesOfTheGatewayAreNotMultiplied(UpstreamKind kind) {
    try (Stage stage = Stage.of(folder, kind, Script.of(Rule.always().status(529)))) {
      assertThatThrownBy(() -> client(stage, 2).messages().create(asking("Hi").build()))
          .isInstanceOf(AnthropicServiceException.class);

      assertThat(stage.clientCalls()).isEqualTo(1);
      assertThat(stage.upstream().receivedCount()).isEqualTo(3);
    }
  }
}
