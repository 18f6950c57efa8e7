package dev.treadle.training.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tokens become text in whole characters. */
final class DetokenizerTest {
  private static final String TEXT = "Grüße, 日本語 \u2003 and 👩‍👩‍👧 \uFFFD 🙂\nfi𝕏 é";

  @ParameterizedTest
  @EnumSource
  void piecesAreTheTextAndNoneIsHalfACharacter(TokenizerFamily family) {
    try (Tokenizer tokenizer = Tokenizers.open(family)) {
      Detokenizer text = new Detokenizer(tokenizer);
      int[] tokens = tokenizer.encode(TEXT);
      List<String> pieces = new ArrayList<>();
      for (int it : tokens) {
        pieces.add(text.add(it));
      }
      pieces.add(text.end());
      assertThat(String.join("", pieces)).isEqualTo(tokenizer.decode(tokens));
      assertThat(pieces.stream().filter(String::isEmpty)).isNotEmpty();
      for (String it : pieces) {
        assertThat(it.isEmpty() || !Character.isLowSurrogate(it.charAt(0))).isTrue();
        assertThat(it.isEmpty() || !Character.isHighSurrogate(it.charAt(it.length() - 1))).isTrue();
      }
    }
  }

  @Test
  void halfACharacterComesInTheEnd() {
    try (Tokenizer tokenizer = Tokenizers.open(TokenizerFamily.QWEN)) {
      Detokenizer text = new Detokenizer(tokenizer);
      int[] tokens = tokenizer.encode("🙂");
      assertThat(text.add(tokens[0])).isEmpty();
      assertThat(text.end()).isEqualTo("\uFFFD");
      StringBuilder said = new StringBuilder();
      for (int i = 0; i < 20; i++) {
        said.append(text.add(tokens[0]));
      }
      assertThat(said).isNotEmpty();
    }
  }

  @Test
  void marksAndWhatIsNoTokenAreLeftOut() {
    try (Tokenizer tokenizer = Tokenizers.open(TokenizerFamily.QWEN)) {
      Detokenizer text = new Detokenizer(tokenizer);
      assertThat(text.add(tokenizer.id("<|im_end|>").orElseThrow())).isEmpty();
      assertThat(text.add(tokenizer.size() + 7)).isEmpty();
      assertThat(text.add(tokenizer.id("<tool_call>").orElseThrow())).isEqualTo("<tool_call>");
    }
  }
}
