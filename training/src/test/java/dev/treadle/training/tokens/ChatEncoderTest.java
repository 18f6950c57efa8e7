package dev.treadle.training.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.training.template.ChatTemplate;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ChatEncoderTest {
  private static final String CHATML =
      "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
          + "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

  private static Tokenizer tokenizer = Tokenizers.open(TokenizerFamily.QWEN);

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    tokenizer = Tokenizers.open(TokenizerFamily.QWEN);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  private static Encoded encode(String template, String messages, Map<String, JsonNode> variables) {
    ChatEncoder encoder =
        new ChatEncoder(
            tokenizer,
            ChatTemplate.parse(template, Map.of()),
            variables,
            LocalDateTime.of(2026, 1, 2, 3, 4));
    Chat chat = (Chat) new ChatReader().read(Json.read("{\"messages\":" + messages + "}"));
    return encoder.encode(chat);
  }

  /** What is learned, as texts; a bar between two sequences. */
  private static List<String> targets(Encoded encoded, Tokenizer with) {
    List<String> texts = new ArrayList<>();
    for (Sequence it : ((Encoded.Sequences) encoded).sequences()) {
      if (!texts.isEmpty()) {
        texts.add("|");
      }
      int from = 0;
      for (int at = 1; at <= it.length(); at++) {
        boolean isEnd = at == it.length() || !it.targets()[at];
        if (isEnd && it.targets()[at - 1]) {
          texts.add(with.decode(Arrays.copyOfRange(it.tokens(), from, at)));
        }
        from = isEnd || !it.targets()[at - 1] ? at : from;
      }
    }
    return texts;
  }

  private static List<String> targets(String template, String messages) {
    return targets(encode(template, messages, Map.of()), tokenizer);
  }

  private static void assertSkips(String template, Skip reason, String why) {
    Encoded encoded =
        encode(
            template,
            "[{'role':'user','content':'a'},{'role':'assistant','content':'b'}]".replace('\'', '"'),
            Map.of());
    assertThat(encoded)
        .isInstanceOfSatisfying(
            Skipped.class,
            it -> {
              assertThat(it.reason()).isEqualTo(reason);
              assertThat(it.detail()).contains(why).doesNotContain("\n");
            });
  }

  private static final String TWO_ANSWERS =
      "[{'role':'user','content':'a'},{'role':'assistant','content':'b'},{'role':'user','content':'c'},{'role':'assistant','content':'d'}]"
          .replace('\'', '"');

  @Test
  void learnsAnswersWithTheTokenThatEndsThem() {
    assertThat(targets(CHATML, TWO_ANSWERS)).containsExactly("b<|im_end|>", "d<|im_end|>");
  }

  @Test
  void beginsAnewWhereTheTemplateRewritesWhatWasSaid() {
    String forgetful =
        CHATML.replace("{{ m.content }}", "{{ m.content if m.role == 'user' or loop.last }}");
    assertThat(targets(forgetful, TWO_ANSWERS)).containsExactly("b<|im_end|>", "|", "d<|im_end|>");
  }

  @Test
  void passesVariablesOn() {
    String thinking = CHATML.replace("assistant\n{% e", "assistant\n{{ begin }}{% e");
    assertThat(
            targets(
                encode(
                    thinking,
                    "[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"<think></think>b\"}]",
                    Map.of("begin", Json.read("\"<think></think>\""))),
                tokenizer))
        .containsExactly("b<|im_end|>");
  }

  @Test
  void skipsWhereTheTemplateCannotBeTrusted() {
    assertSkips(
        CHATML.replace("<|im_start|>assistant\n{% e", "<|im_start|>assistant\n<think>{% e"),
        Skip.TEMPLATE_REWRITES,
        "message 2");
    assertSkips(CHATML.replace("<|im_end|>", "."), Skip.NO_END_OF_TURN, "message 2");
    assertSkips(CHATML.replace("<|im_end|>\n", "<|im_end|>more"), Skip.NO_END_OF_TURN, "message 2");
    assertSkips("{{ raise_exception('not\nthis') }}", Skip.TEMPLATE_REFUSED, "not this");
    assertSkips("{{ messages[7].x }}", Skip.TEMPLATE_REFUSED, "undefined");
  }

  @Test
  void endsWhereTheTemplateNeedsWhatIsNotSupported() {
    assertThatThrownBy(() -> encode("{{ 'a'.zfill(3) }}", TWO_ANSWERS, Map.of()))
        .isInstanceOf(TreadleException.class)
        .hasMessageContaining("zfill");
  }

  /** A tokenizer that puts a blank before each text can only be asked for whole texts. */
  @Test
  void asksOtherTokenizersForWholeTexts() throws IOException {
    Files.writeString(
        folder.resolve("tokenizer.json"),
        Files.readString(Tokenizers.folder(TokenizerFamily.QWEN).resolve("tokenizer.json"))
            .replace("\"type\": \"NFC\"", "\"type\": \"Prepend\", \"prepend\": \" \""));
    Tokenizer pieces = tokenizer;
    try (Tokenizer whole = Tokenizer.open(folder)) {
      assertThat(whole.isSplittable()).isFalse();
      tokenizer = whole;
      Encoded encoded = encode(CHATML, TWO_ANSWERS, Map.of());
      assertThat(targets(encoded, whole)).containsExactly("b<|im_end|>", "|", "d<|im_end|>");
      Sequence last = ((Encoded.Sequences) encoded).sequences().getLast();
      assertThat(whole.encode(whole.decode(last.tokens()).strip()))
          .endsWith(last.tokens()[last.length() - 1]);
    } finally {
      tokenizer = pieces;
    }
  }
}
