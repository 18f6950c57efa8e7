package dev.treadle.training.tokens;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** How a family of models cuts texts into words, and which tokens it has beside those of texts. */
public enum TokenizerFamily {
  /** Qwen 2, 2.5 and 3, with turns in ChatML. */
  QWEN(true, "", "<|im_end|>", "<|endoftext|>", "chatml.jinja"),

  /** Llama 3. */
  LLAMA(false, "<|begin_of_text|>", "<|eot_id|>", "<|finetune_right_pad_id|>", "llama3.jinja");

  private final boolean isNormalized;
  private final String beginning;
  private final String end;
  private final String padding;
  private final String template;

  TokenizerFamily(
      boolean isNormalized, String beginning, String end, String padding, String template) {
    this.isNormalized = isNormalized;
    this.beginning = beginning;
    this.end = end;
    this.padding = padding;
    this.template = template;
  }

  /** The expression that cuts a text into words, as {@code tokenizer.json} has it. */
  public String expression() {
    String digits =
        switch (this) {
          case QWEN -> "\\p{N}";
          case LLAMA -> "\\p{N}{1,3}";
        };
    return "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|"
        + digits
        + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  }

  /** The same for Java, to which {@code \s} is ASCII only unless it is told. */
  Pattern pattern() {
    return Pattern.compile(expression(), Pattern.UNICODE_CHARACTER_CLASS | Pattern.UNICODE_CASE);
  }

  /** Whether letters and their accents are joined first (Unicode's normal form C). */
  boolean isNormalized() {
    return isNormalized;
  }

  /** What stands in front of every text; empty if nothing does. */
  String beginning() {
    return beginning;
  }

  /** What ends an answer. */
  String end() {
    return end;
  }

  String padding() {
    return padding;
  }

  /** Tokens that are left out where special tokens are. */
  List<String> special() {
    return switch (this) {
      case QWEN -> List.of("<|endoftext|>", "<|im_start|>", "<|im_end|>");
      case LLAMA ->
          List.of(
              "<|begin_of_text|>",
              "<|end_of_text|>",
              "<|finetune_right_pad_id|>",
              "<|start_header_id|>",
              "<|end_header_id|>",
              "<|eom_id|>",
              "<|eot_id|>",
              "<|python_tag|>");
    };
  }

  /** Added tokens that are text like any other. */
  List<String> ordinary() {
    return switch (this) {
      case QWEN ->
          List.of(
              "<tool_call>",
              "</tool_call>",
              "<tool_response>",
              "</tool_response>",
              "<think>",
              "</think>");
      case LLAMA -> List.of();
    };
  }

  /** Our own chat template for it. */
  public String template() {
    try (InputStream in = TokenizerFamily.class.getResourceAsStream(template)) {
      if (in == null) {
        throw new IllegalStateException("the program lacks its file " + template);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
