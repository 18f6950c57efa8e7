package dev.treadle.training.llama;

import dev.treadle.training.gguf.GgufFile;
import dev.treadle.training.gguf.GgufValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a GGUF file says of its special tokens.
 *
 * @param control the texts of tokens that are no part of an answer
 * @param beginning what llama.cpp puts in front of every prompt, or nothing
 */
record LlamaVocabulary(List<String> control, String beginning) {
  private static final String PREFIX = "tokenizer.ggml.";
  private static final int CONTROL = 3;

  /** Of these llama.cpp knows that texts begin with a token, whether or not the file says so. */
  private static final Set<String> BEGIN_BY_NATURE =
      Set.of("llama3", "llama-v3", "llama-bpe", "falcon3", "pixtral");

  static LlamaVocabulary read(GgufFile file) {
    List<String> texts = new ArrayList<>();
    if (file.keys().get(PREFIX + "tokens") instanceof GgufValue.Items items) {
      for (GgufValue it : items.values()) {
        texts.add(it instanceof GgufValue.Text text ? text.value() : "");
      }
    }
    List<String> control = new ArrayList<>();
    if (file.keys().get(PREFIX + "token_type") instanceof GgufValue.Items items) {
      for (int i = 0; i < Math.min(texts.size(), items.values().size()); i++) {
        if (items.values().get(i) instanceof GgufValue.Whole it
            && it.value() == CONTROL
            && !texts.get(i).isEmpty()) {
          control.add(texts.get(i));
        }
      }
    }
    return new LlamaVocabulary(List.copyOf(control), beginning(file, texts));
  }

  private static String beginning(GgufFile file, List<String> texts) {
    boolean begins =
        file.keys().get(PREFIX + "add_bos_token") instanceof GgufValue.Truth it
            ? it.value()
            : file.text(PREFIX + "model").orElse("").equals("llama")
                || BEGIN_BY_NATURE.contains(file.text(PREFIX + "pre").orElse(""));
    return begins
            && file.keys().get(PREFIX + "bos_token_id") instanceof GgufValue.Whole it
            && it.value() >= 0
            && it.value() < texts.size()
        ? texts.get((int) it.value())
        : "";
  }

  /** The prompt as llama.cpp wants it, which puts the beginning in front by itself. */
  String withoutBeginning(String prompt) {
    return !beginning.isEmpty() && prompt.startsWith(beginning)
        ? prompt.substring(beginning.length())
        : prompt;
  }

  /** A piece of an answer without the tokens at its end that are no part of it. */
  String withoutControl(String piece) {
    String text = piece;
    for (int i = 0; i < control.size() && !text.isEmpty(); i++) {
      if (text.endsWith(control.get(i))) {
        text = text.substring(0, text.length() - control.get(i).length());
        i = -1;
      }
    }
    return text;
  }
}
