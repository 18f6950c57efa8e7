package dev.treadle.training.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.testkit.Project;
import dev.treadle.training.template.ChatTemplate;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Compares with what transformers gave: {@code src/test/python/make_tokens.py}. */
class GoldenTokensTest {
  private static final Path TEMPLATES =
      Project.root().resolve("training/src/test/resources/templates");

  private static JsonNode golden() throws IOException {
    return Json.read(Files.readAllBytes(Tokenizers.FOLDER.resolve("golden.json")));
  }

  private static JsonNode of(TokenizerFamily family) throws IOException {
    return golden().path("families").path(family.name().toLowerCase(Locale.ROOT));
  }

  private static int[] ids(JsonNode list) {
    int[] ids = new int[list.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = list.path(i).asInt();
    }
    return ids;
  }

  @ParameterizedTest
  @EnumSource(TokenizerFamily.class)
  void textsBecomeTransformersTokensAndBack(TokenizerFamily family) throws IOException {
    JsonNode texts = golden().path("texts");
    try (Tokenizer tokenizer = Tokenizers.open(family)) {
      for (int i = 0; i < texts.size(); i++) {
        int[] expected = ids(of(family).path("ids").path(i));
        assertThat(tokenizer.encode(texts.path(i).stringValue()))
            .as("text %s", i)
            .isEqualTo(expected);
        assertThat(tokenizer.decode(expected))
            .as("text %s", i)
            .isEqualTo(of(family).path("texts").path(i).stringValue());
      }
      assertThat(texts.size()).isGreaterThan(10);
    }
  }

  @ParameterizedTest
  @CsvSource({"QWEN,own", "QWEN,qwen2_5.jinja", "QWEN,qwen3.jinja", "LLAMA,own"})
  void chatsBecomeTransformersTokensWithTheAnswersAsTargets(TokenizerFamily family, String name)
      throws IOException {
    ChatTemplate template =
        name.equals("own")
            ? ChatTemplate.read(Tokenizers.folder(family))
            : ChatTemplate.parse(Files.readString(TEMPLATES.resolve(name)), Map.of());
    try (Tokenizer tokenizer = Tokenizers.open(family)) {
      ChatEncoder encoder =
          new ChatEncoder(tokenizer, template, Map.of(), LocalDateTime.of(2026, 3, 7, 9, 5));
      JsonNode expected = of(family).path("chats").path(name);
      assertThat(expected.size()).isEqualTo(golden().path("chats").size()).isPositive();
      for (String chat : expected.propertyNames()) {
        Encoded encoded =
            switch (new ChatReader().read(golden().path("chats").path(chat))) {
              case Skipped it -> it;
              case Chat it -> encoder.encode(it);
            };
        switch (encoded) {
          case Skipped it ->
              assertThat(it.reason().code())
                  .as(chat)
                  .isEqualTo(expected.path(chat).asString("sequences"));
          case Encoded.Sequences it ->
              assertThat(it.sequences()).as(chat).isEqualTo(sequences(expected.path(chat)));
        }
      }
    }
  }

  private static List<Sequence> sequences(JsonNode golden) {
    List<Sequence> sequences = new ArrayList<>();
    for (JsonNode it : golden) {
      int[] tokens = ids(it.path(0));
      boolean[] targets = new boolean[tokens.length];
      for (JsonNode span : it.path(1)) {
        for (int at = span.path(0).asInt(); at < span.path(1).asInt(); at++) {
          targets[at] = true;
        }
      }
      sequences.add(new Sequence(tokens, targets));
    }
    return sequences;
  }
}
