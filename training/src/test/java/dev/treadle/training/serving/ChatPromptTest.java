package dev.treadle.training.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.training.template.ChatTemplate;
import dev.treadle.training.tokens.Chat;
import dev.treadle.training.tokens.ChatReader;
import dev.treadle.training.tokens.TokenizerFamily;
import dev.treadle.transcript.Json;
import java.time.LocalDateTime;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How a conversation becomes a prompt, and what its answer may hold. */
final class ChatPromptTest {
  private static final String TOOLS =
      ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"look\",\"parameters\":{}}}]";

  private static ChatPrompt prompt(String template, String more) {
    Chat chat =
        (Chat)
            new ChatReader()
                .request(
                    Json.read(
                        "{\"messages\":[{\"role\":\"user\",\"content\":\"Where?\"}]" + more + "}"));
    return ChatPrompt.of(
        ChatTemplate.parse(template, Map.of()), chat, Map.of(), LocalDateTime.of(2026, 1, 1, 0, 0));
  }

  @Test
  void toolsAreInThePromptAndCallsAreLookedFor() {
    String qwen = TokenizerFamily.QWEN.template();
    ChatPrompt with = prompt(qwen, TOOLS);
    assertThat(with.text()).contains("look", "Where?").endsWith("<|im_start|>assistant\n");
    assertThat(with.hasCalls()).isTrue();
    assertThat(with.hasThinking()).isTrue();
    assertThat(with.isThinking()).isFalse();
    ChatPrompt without = prompt(qwen, "");
    assertThat(without.hasCalls()).isFalse();
    assertThat(without.text()).doesNotContain("look");
    assertThat(prompt(TokenizerFamily.LLAMA.template(), TOOLS).hasCalls()).isFalse();
  }

  @Test
  void aPromptMayHaveBegunTheThinking() {
    ChatPrompt prompt = prompt("{{ messages[0].content }}</think><think>\n", "");
    assertThat(prompt.isThinking()).isTrue();
    assertThat(prompt.reader().add("So.</think>Yes"))
        .containsExactly(new AnswerPart.Reasoning("So."), new AnswerPart.Content("Yes"));
  }
}
