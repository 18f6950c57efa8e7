package dev.treadle.gateway.scripted;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.transcript.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleJsonTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"type\":\"string\"}|\"value\"",
        "{\"type\":\"string\",\"minLength\":8}|\"valuexxx\"",
        "{\"type\":\"string\",\"maxLength\":2}|\"va\"",
        "{\"type\":\"string\",\"format\":\"date\"}|\"2026-01-02\"",
        "{\"type\":[\"null\",\"string\"]}|null",
        "{\"type\":\"integer\",\"exclusiveMinimum\":4}|5",
        "{\"type\":\"number\",\"maximum\":0.5}|0.5",
        "{\"type\":\"integer\",\"minimum\":-3,\"maximum\":-2}|-3",
        "{\"enum\":[\"b\",\"a\"]}|\"b\"",
        "{\"const\":7}|7",
        "{\"anyOf\":[{\"type\":\"boolean\"},{\"type\":\"null\"}]}|true",
        "{\"type\":\"array\",\"minItems\":2,\"items\":{\"type\":\"integer\"}}|[1,1]",
        "{\"$ref\":\"#/$defs/x\",\"$defs\":{\"x\":{\"type\":\"boolean\"}}}|true",
        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"},\"b\":{}},\"required\":[\"a\"]}|{\"a\":1}",
        "{\"properties\":{\"a\":{\"type\":\"string\"}}}|{\"a\":\"a\"}"
      })
  void simplestValueFits(String schema, String expected) {
    assertThat(Json.read(Json.write(SampleJson.of(Json.read(schema)))))
        .isEqualTo(Json.read(expected));
  }

  @Test
  void schemaThatRefersToItselfEnds() {
    String tree =
        """
        {"type":"object","properties":{"children":{"type":"array","items":{"$ref":"#"}}},
         "required":["children"]}
        """;

    assertThat(SampleJson.of(Json.read(tree)))
        .isEqualTo(Json.read("{\"children\":[{\"children\":[{\"children\":[]}]}]}"));
    assertThat(SampleJson.of(Json.read("{\"$ref\":\"#\"}")).isNull()).isTrue();
  }
}
