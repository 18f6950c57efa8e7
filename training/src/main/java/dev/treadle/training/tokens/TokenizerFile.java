package dev.treadle.training.tokens;

import dev.treadle.training.TrainingError;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What {@code tokenizer.json} and the files beside it say.
 *
 * @param ids the number of each token
 * @param added those that are looked for first
 * @param isSplittable whether the pieces between added tokens can be encoded each by itself
 * @param endOfText the token that parts documents, or nothing
 */
record TokenizerFile(
    Map<String, Integer> ids, AddedTokens added, boolean isSplittable, String endOfText) {
  private static final int MAX_BYTES = 128 << 20;
  private static final List<String> ENDS_OF_TEXT =
      List.of("<|endoftext|>", "<|end_of_text|>", "<｜end▁of▁sentence｜>");
  private static final Set<String> NORMAL_FORMS = Set.of("NFC", "NFD", "NFKC", "NFKD");

  /** The bytes of a model's {@code tokenizer.json}. */
  static byte[] bytesIn(Path folder) {
    Path file = folder.resolve("tokenizer.json");
    if (!Files.exists(file)) {
      throw TrainingError.FILE_ABSENT.because(
          Files.exists(folder.resolve("vocab.json"))
                  || Files.exists(folder.resolve("tokenizer.model"))
              ? folder
                  + " has a tokenizer in its older form only: tokenizer.json is needed, which"
                  + " transformers' save_pretrained writes"
              : "there is no " + file);
    }
    return bytes(file);
  }

  /**
   * Understands them.
   *
   * @param bytes of {@code tokenizer.json}
   */
  static TokenizerFile read(Path folder, byte[] bytes) {
    Path file = folder.resolve("tokenizer.json");
    JsonNode json = json(file, bytes);
    JsonNode vocabulary = json.path("model").path("vocab");
    if (!vocabulary.isObject() && !vocabulary.isArray()) {
      throw TrainingError.TOKENIZER_INVALID.because(file + " has no vocabulary (model.vocab)");
    }
    Map<String, Integer> ids = HashMap.newHashMap(vocabulary.size());
    vocabulary.forEachEntry((token, id) -> ids.put(token, id.asInt(-1)));
    for (int i = 0; vocabulary.isArray() && i < vocabulary.size(); i++) {
      ids.put(vocabulary.path(i).path(0).asString(""), i);
    }
    JsonNode configuration = beside(folder.resolve("tokenizer_config.json"));
    String end = text(configuration.path("eos_token"));
    List<AddedTokens.Added> added = new ArrayList<>();
    for (JsonNode it : json.path("added_tokens")) {
      String text = it.path("content").asString("");
      boolean isSpecial = it.path("special").asBoolean(false) || text.equals(end);
      added.add(new AddedTokens.Added(text, it.path("id").asInt(-1), isSpecial));
      ids.put(text, it.path("id").asInt(-1));
    }
    if (ids.isEmpty() || ids.containsValue(-1)) {
      throw TrainingError.TOKENIZER_INVALID.because(file + " has a token without a number");
    }
    String endOfText = ENDS_OF_TEXT.stream().filter(ids::containsKey).findFirst().orElse(end);
    return new TokenizerFile(ids, new AddedTokens(added), isSplittable(json), endOfText);
  }

  /**
   * Whether added tokens are found wherever their letters stand, and what is between two of them
   * becomes the same tokens whatever comes before. Tokenizers of which this is not known are taken
   * for others.
   */
  private static boolean isSplittable(JsonNode json) {
    boolean normalizes = !steps(json.path("normalizer"), "normalizers").isEmpty();
    for (JsonNode it : steps(json.path("normalizer"), "normalizers")) {
      if (!NORMAL_FORMS.contains(it.path("type").asString(""))) {
        return false;
      }
    }
    for (JsonNode it : steps(json.path("pre_tokenizer"), "pretokenizers")) {
      boolean isLocal =
          switch (it.path("type").asString("")) {
            case "Split", "Digits", "Punctuation", "Whitespace" -> true;
            case "ByteLevel" -> !it.path("add_prefix_space").asBoolean(true);
            default -> false;
          };
      if (!isLocal) {
        return false;
      }
    }
    return areAddedTokensPlain(json.path("added_tokens"), normalizes);
  }

  /**
   * Those that are looked for in the normalized text are looked for after the others: no matter, as
   * long as nothing is normalized and the two sorts share no letter.
   */
  private static boolean areAddedTokensPlain(JsonNode added, boolean normalizes) {
    Set<Integer> first = new HashSet<>();
    Set<Integer> second = new HashSet<>();
    for (JsonNode it : added) {
      boolean isSecond = it.path("normalized").asBoolean(false);
      if (it.path("lstrip").asBoolean(false)
          || it.path("rstrip").asBoolean(false)
          || it.path("single_word").asBoolean(false)
          || (isSecond && normalizes)) {
        return false;
      }
      it.path("content").asString("").chars().forEach((isSecond ? second : first)::add);
    }
    return Collections.disjoint(first, second);
  }

  /** A step, or the steps of a sequence of them. */
  private static List<JsonNode> steps(JsonNode step, String list) {
    List<JsonNode> steps = new ArrayList<>();
    if (step.path("type").asString("").equals("Sequence")) {
      step.path(list).forEach(it -> steps.addAll(steps(it, list)));
    } else if (step.isObject()) {
      steps.add(step);
    }
    return steps;
  }

  private static JsonNode beside(Path file) {
    return Files.exists(file) ? json(file, bytes(file)) : Json.object();
  }

  private static String text(JsonNode token) {
    return token.asString(token.path("content").asString(""));
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw TrainingError.TOKENIZER_INVALID.because(file + " has over " + MAX_BYTES + " bytes");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw TrainingError.reading(file, e);
    }
  }

  private static JsonNode json(Path file, byte[] bytes) {
    try {
      return Json.read(bytes);
    } catch (TreadleException e) {
      throw TrainingError.TOKENIZER_INVALID.because(file + " is " + e.getMessage(), e);
    }
  }
}
