package dev.treadle.training.tokens;

import dev.treadle.training.PythonJson;
import dev.treadle.training.TrainingError;
import dev.treadle.transcript.ExampleCodec;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes a byte-level tokenizer from texts, as files that Hugging Face's libraries load. Same texts
 * in any order, same files.
 */
public final class BytePairTrainer {
  private static final int MAX_WORDS = 4_000_000;
  private static final long LEAST_COUNT = 2;

  private final TokenizerFamily family;
  private final Pattern pattern;
  private final Map<String, Long> words = new HashMap<>();

  public BytePairTrainer(TokenizerFamily family) {
    this.family = family;
    this.pattern = family.pattern();
  }

  /**
   * Learns from a text.
   *
   * @throws TreadleException if there are more different words than memory is meant for
   */
  public void add(String text) {
    String formed = ExampleCodec.wellFormed(text);
    Matcher matcher =
        pattern.matcher(
            family.isNormalized() ? Normalizer.normalize(formed, Normalizer.Form.NFC) : formed);
    while (matcher.find()) {
      words.merge(matcher.group(), 1L, Long::sum);
    }
    if (words.size() > MAX_WORDS) {
      throw TrainingError.DATASET_TOO_LARGE.because(
          "the texts have more than "
              + MAX_WORDS
              + " different words: a tokenizer needs fewer texts than a model, give a part");
    }
  }

  /**
   * Writes {@code tokenizer.json} and {@code tokenizer_config.json} into {@code folder}.
   *
   * @param size how many tokens there are at the most, all kinds together; texts with few
   *     repetitions give fewer
   * @param maxLength what the model's context holds, for the configuration
   */
  public void write(Path folder, int size, int maxLength) {
    List<String> tokens = new ArrayList<>();
    ArrayNode merges = Json.array();
    for (int i = 0; i < ByteAlphabet.SIZE; i++) {
      tokens.add(ByteAlphabet.letter(i));
    }
    for (BytePairs.Merge it : learn(size)) {
      merges.add(tokens.get(it.left()) + " " + tokens.get(it.right()));
      tokens.add(tokens.get(it.left()) + tokens.get(it.right()));
    }
    try {
      Files.createDirectories(folder);
      Files.writeString(
          folder.resolve("tokenizer.json"), text(TokenizerJson.of(family, tokens, merges)));
      Files.writeString(folder.resolve("tokenizer_config.json"), text(configuration(maxLength)));
    } catch (IOException e) {
      throw TrainingError.writing(folder, e);
    }
  }

  private List<BytePairs.Merge> learn(int size) {
    int merges = size - ByteAlphabet.SIZE - family.special().size() - family.ordinary().size();
    if (merges < 0) {
      throw new IllegalArgumentException("too few tokens for the bytes alone: " + size);
    }
    BytePairs pairs = new BytePairs();
    words.forEach((word, count) -> pairs.add(ByteAlphabet.tokens(word), count));
    return pairs.learn(merges, LEAST_COUNT);
  }

  private ObjectNode configuration(int maxLength) {
    ObjectNode json = Json.object();
    json.put("tokenizer_class", "PreTrainedTokenizerFast");
    json.put("clean_up_tokenization_spaces", false);
    json.put("model_max_length", maxLength);
    if (!family.beginning().isEmpty()) {
      json.put("bos_token", family.beginning());
    }
    json.put("eos_token", family.end());
    json.put("pad_token", family.padding());
    json.put("chat_template", family.template());
    return json;
  }

  private static String text(ObjectNode json) {
    return new PythonJson(2, false, false, ",", ": ").dumps(json) + "\n";
  }
}
