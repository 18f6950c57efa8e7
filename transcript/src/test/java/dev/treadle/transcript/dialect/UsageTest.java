package dev.treadle.transcript.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.transcript.Json;
import dev.treadle.transcript.JsonCursor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UsageTest {
  private static final List<String> NAMES =
      List.of(
          "prompt_tokens",
          "completion_tokens",
          "input_tokens",
          "output_tokens",
          "cache_read_input_tokens",
          "cache_creation_input_tokens",
          "cached_tokens",
          "cache_write_tokens",
          "reasoning_tokens",
          "thinking_tokens",
          "prompt_tokens_details",
          "completion_tokens_details",
          "input_tokens_details",
          "output_tokens_details",
          "total_tokens");
  private static final List<String> VALUES =
      List.of(
          "0",
          "7",
          "-3",
          "12.0",
          "1e2",
          "1.5",
          "1e999",
          "999999999999999999",
          "9223372036854775807",
          "9223372036854775808",
          "\"4\"",
          "null",
          "true",
          "[1]",
          "{}");

  private final Random random = new Random(17);

  /** The tree's way is the measure of the cursor's, whatever stands where a count should. */
  @Test
  void bothWaysOfReadingAgree() {
    int counted = 0;
    for (int i = 0; i < 20_000; i++) {
      String usage = object(true);
      for (Protocol protocol : Protocol.values()) {
        JsonCursor json = JsonCursor.of(usage.getBytes(StandardCharsets.UTF_8));
        Usage read = Usage.read(protocol, json);
        json.end();

        assertThat(read)
            .as(usage)
            .isEqualTo(Usage.of(protocol, Json.read("{\"usage\":" + usage + "}")).orElseThrow());
        counted += read.inputTokens() > 0 ? 1 : 0;
      }
    }
    assertThat(counted).isGreaterThan(3_000);
  }

  private String object(boolean isOuter) {
    StringBuilder object = new StringBuilder("{");
    List<String> names = new ArrayList<>(NAMES);
    names.addAll(NAMES); // Some are there twice.
    Collections.shuffle(names, random);
    for (String name : names.subList(0, random.nextInt(12))) {
      String value =
          isOuter && random.nextInt(3) == 0
              ? object(false)
              : VALUES.get(random.nextInt(VALUES.size()));
      object.append(object.length() == 1 ? "" : ", ");
      object.append('"').append(name).append("\": ");
      object.append(value);
    }
    return object.append('}').toString();
  }
}
