package dev.treadle.gateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read of requests and answers into a span, whatever they are. */
class WireReadingTest {
  private static final String REQUEST =
      "{\"model\":\"m\",\"max_tokens\":5,\"temperature\":0.5,\"stop\":[\"a\",\"b\"],\"n\":2,"
          + "\"text\":{\"format\":{\"type\":\"json_schema\"}},\"messages\":[{\"content\":\"x\"}]}";
  private static final String ANSWER =
      "{\"id\":\"1\",\"model\":\"m\",\"choices\":[{\"finish_reason\":\"stop\",\"message\":{}},"
          + "{\"finish_reason\":\"length\"}],\"stop_reason\":null}";
  private static final SdkTracerProvider PROVIDER = SdkTracerProvider.builder().build();
  private static final OtlpSpans OWNER =
      new OtlpSpans(
          new Destination(URI.create("http://127.0.0.1:1/v1/traces"), Map.of(), 1, "test"),
          new Random(3),
          System::nanoTime,
          new SpanCounts(),
          (_, _) -> {});

  private final Span span = PROVIDER.get("test").spanBuilder("span").startSpan();
  private final OpenSpan open = new OpenSpan(span, OWNER);

  private Map<String, Object> told() {
    Map<String, Object> told = new TreeMap<>();
    ((ReadableSpan) span)
        .toSpanData()
        .getAttributes()
        .forEach((key, value) -> told.put(key.getKey(), value));
    return told;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      value = {
        "\"max_tokens\":0            | gen_ai.request.max_tokens        | 0",
        "\"max_tokens\":1e3          | -                                | -",
        "\"max_tokens\":-1           | -                                | -",
        "\"max_tokens\":\"5\"        | -                                | -",
        "\"max_tokens\":99999999999999999999 | -                        | -",
        "\"max_output_tokens\":7     | gen_ai.request.max_tokens        | 7",
        "\"temperature\":1e999       | -                                | -",
        "\"temperature\":-0.5        | gen_ai.request.temperature       | -0.5",
        "\"top_k\":4                 | gen_ai.request.top_k             | 4",
        "\"top_logprobs\":4          | -                                | -",
        "\"n\":1                     | -                                | -",
        "\"n\":3                     | gen_ai.request.choice.count      | 3",
        "\"stop\":\"END\"            | gen_ai.request.stop_sequences    | [END]",
        "\"stop\":[1,\"END\",{}]     | gen_ai.request.stop_sequences    | [END]",
        "\"stop\":null               | -                                | -",
        "\"stream\":false            | -                                | -",
        "\"stream\":true             | gen_ai.request.stream            | true",
        "\"text\":{\"format\":{\"type\":\"json_object\"}} | gen_ai.output.type | json",
        "\"response_format\":{\"type\":\"grammar\"} | -                 | -",
        "\"response_format\":\"json\" | -                               | -",
        "\"encoding_format\":\"base64\" | gen_ai.request.encoding_formats | [base64]"
      })
  void readsAParameter(String field, String name, String value) {
    String model =
        RequestParameters.read(bytes("{\"messages\":[1]," + field + ",\"model\":\"m\"}"), open);

    assertThat(model).isEqualTo("m");
    if (name == null) {
      assertThat(told()).isEmpty();
    } else {
      assertThat(told()).hasSize(1).containsKey(name);
      assertThat(told().get(name)).hasToString(value);
    }
  }

  @Test
  void takesNoMoreThanAFewSequences() {
    RequestParameters.read(bytes("{\"stop\":[" + "\"a\",".repeat(99) + "\"a\"]}"), open);

    assertThat(told().get("gen_ai.request.stop_sequences"))
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
        .hasSize(16);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"choices\":[{\"finish_reason\":\"stop\"},{\"finish_reason\":null}]} | [stop]",
        "{\"stop_reason\":\"tool_use\",\"stop_sequence\":null}                 | [tool_use]",
        "{\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"max_output_tokens\"}} | [max_output_tokens]",
        "{\"status\":\"completed\",\"incomplete_details\":null}                | [completed]"
      })
  void readsWhyAnAnswerEnded(String answer, String reasons) {
    AnswerMarks.read(bytes(answer), open);

    assertThat(told().get("gen_ai.response.finish_reasons")).hasToString(reasons);
  }

  @Property(tries = 500)
  void neverFailsWhateverComes(
      @ForAll byte[] noise, @ForAll @IntRange(max = 200) int at, @ForAll boolean isCut) {
    for (String whole : new String[] {REQUEST, ANSWER}) {
      byte[] broken = bytes(isCut ? whole.substring(0, Math.min(at, whole.length())) : whole);
      if (!isCut && noise.length > 0) {
        broken[at % broken.length] = noise[0];
      }
      RequestParameters.read(broken, open);
      AnswerMarks.read(broken, open);
    }
    RequestParameters.read(noise, open);
    AnswerMarks.read(noise, open);
  }
}
