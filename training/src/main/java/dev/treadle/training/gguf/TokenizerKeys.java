package dev.treadle.training.gguf;

import dev.treadle.training.JsonFile;
import dev.treadle.training.TrainingError;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.template.ChatTemplate;
import dev.treadle.training.tokens.Tokenizer;
import dev.treadle.training.tokens.TokenizerFamily;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * The keys that hold a tokenizer. llama.cpp does not read {@code tokenizer.json}: it knows by name
 * how some families cut texts into words, and only those are written that it is known to cut the
 * same way.
 */
final class TokenizerKeys {
  private static final int MAX_BYTES = 128 << 20;
  private static final int MAX_CONFIGURATION_BYTES = 64 << 20;
  private static final String PREFIX = "tokenizer.ggml.";
  private static final int NORMAL = 1;
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;
  private static final int UNUSED = 5;

  private final Path folder;
  private final ModelShape shape;
  private final JsonFile file;
  private final Map<String, GgufValue> keys = new LinkedHashMap<>();

  private TokenizerKeys(Path folder, ModelShape shape) {
    this.folder = folder;
    this.shape = shape;
    this.file =
        JsonFile.read(folder.resolve("tokenizer.json"), MAX_BYTES, TrainingError.TOKENIZER_INVALID);
  }

  /**
   * The keys.
   *
   * @throws TreadleException {@link TrainingError#TOKENIZER_UNFIT} naming what llama.cpp could not
   *     do the same way
   */
  static Map<String, GgufValue> of(Path folder, ModelShape shape) {
    TokenizerKeys it = new TokenizerKeys(folder, shape);
    String words = it.words();
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      tokenizer.requireFits(shape.vocabulary());
      it.keys.put(PREFIX + "model", new GgufValue.Text("gpt2"));
      it.keys.put(PREFIX + "pre", new GgufValue.Text(words));
      it.tokens();
      it.keys.put(PREFIX + "merges", GgufValue.texts(it.merges()));
      it.specialTokens(tokenizer);
    }
    ChatTemplate.textIn(folder)
        .ifPresent(text -> it.keys.put("tokenizer.chat_template", new GgufValue.Text(text)));
    return it.keys;
  }

  /** How many tokens such keys have. */
  static int size(Map<String, GgufValue> keys) {
    return keys.get(PREFIX + "tokens") instanceof GgufValue.Items it ? it.values().size() : 0;
  }

  /** What llama.cpp calls this way of cutting texts into words. */
  private String words() {
    JsonNode model = file.path("model");
    String type = model.path("type").asString("");
    if (!type.equals("BPE") || model.path("byte_fallback").asBoolean(false)) {
      throw unfit("a tokenizer of the type '" + type + "' (known: byte-level BPE)");
    }
    for (String it :
        List.of("unk_token", "dropout", "continuing_subword_prefix", "end_of_word_suffix")) {
      if (!model.path(it).isNull() && !model.path(it).asString("").isEmpty()) {
        throw unfit("'" + it + "' of a BPE model");
      }
    }
    JsonNode normalizer = file.path("normalizer");
    String normal = normalizer.path("type").asString("");
    if (normalizer.isObject() && !normal.equals("NFC")) {
      throw unfit("the normalizer '" + normal + "'");
    }
    JsonNode steps = file.path("pre_tokenizer").path("pretokenizers");
    JsonNode split = steps.path(0);
    JsonNode bytes = steps.path(1);
    if (steps.size() != 2
        || !split.path("type").asString("").equals("Split")
        || !split.path("behavior").asString("").equals("Isolated")
        || split.path("invert").asBoolean(false)
        || !bytes.path("type").asString("").equals("ByteLevel")
        || bytes.path("add_prefix_space").asBoolean(true)
        || bytes.path("use_regex").asBoolean(true)) {
      throw unfit("a pre_tokenizer of other steps than a Split and ByteLevel without a regex");
    }
    return words(
        split.path("pattern").path("Regex").asString(""),
        model.path("ignore_merges").asBoolean(false));
  }

  /** Smaug's differs from Llama 3's in the one thing: a whole word is merged, not looked up. */
  private String words(String expression, boolean looksUp) {
    if (expression.equals(TokenizerFamily.LLAMA.expression())) {
      return looksUp ? "llama-bpe" : "smaug-bpe";
    }
    if (expression.equals(TokenizerFamily.QWEN.expression()) && !looksUp) {
      return "qwen2";
    }
    throw unfit(
        "the expression that cuts texts into words, "
            + expression
            + (looksUp ? ", with ignore_merges" : "")
            + " (known: those of Qwen 2, Qwen 3 and Llama 3)");
  }

  private void tokens() {
    List<String> texts = new ArrayList<>(Collections.nCopies(shape.vocabulary(), ""));
    List<Integer> types = new ArrayList<>(Collections.nCopies(shape.vocabulary(), NORMAL));
    file.path("model").path("vocab").forEachEntry((token, id) -> put(texts, id.asInt(-1), token));
    for (JsonNode it : file.path("added_tokens")) {
      String text = it.path("content").asString("");
      if (it.path("lstrip").asBoolean(false)
          || it.path("rstrip").asBoolean(false)
          || it.path("single_word").asBoolean(false)) {
        throw unfit("the added token " + text + ", which takes spaces with it or stands alone");
      }
      int id = it.path("id").asInt(-1);
      put(texts, id, text);
      types.set(id, isControl(text, it) ? CONTROL : USER_DEFINED);
    }
    for (int i = 0; i < texts.size(); i++) {
      if (texts.get(i).isEmpty()) {
        texts.set(i, "[PAD" + i + "]");
        types.set(i, UNUSED);
      }
    }
    if (new TreeSet<>(texts).size() < texts.size()) {
      throw unfit("two tokens with the same text");
    }
    keys.put(PREFIX + "tokens", GgufValue.texts(texts));
    keys.put(PREFIX + "token_type", GgufValue.i32s(types));
  }

  private void put(List<String> texts, int id, String text) {
    if (id < 0 || id >= texts.size() || text.isEmpty()) {
      throw unfit("the token '" + text + "' with the number " + id);
    }
    String before = texts.set(id, text);
    if (!before.isEmpty() && !before.equals(text)) {
      throw unfit("two tokens, '" + before + "' and '" + text + "', with the number " + id);
    }
  }

  /** Some look special and are not called so; llama.cpp's own converter takes them for it, too. */
  private static boolean isControl(String text, JsonNode token) {
    return token.path("special").asBoolean(false) || (text.startsWith("<|") && text.endsWith("|>"));
  }

  /** Written as one text, or as a pair. */
  private List<String> merges() {
    List<String> merges = new ArrayList<>();
    for (JsonNode it : file.path("model").path("merges")) {
      String merge =
          it.isArray() ? it.path(0).asString("") + " " + it.path(1).asString("") : it.asString("");
      int space = merge.indexOf(' ');
      if (space < 1 || space != merge.lastIndexOf(' ') || space == merge.length() - 1) {
        throw unfit("the merge '" + merge + "', which is no pair of two tokens");
      }
      merges.add(merge);
    }
    return merges;
  }

  private void specialTokens(Tokenizer tokenizer) {
    JsonNode configuration = beside("tokenizer_config.json");
    JsonNode generation = beside("generation_config.json");
    Optional<Integer> begin = id(tokenizer, configuration, "bos_token").or(shape::beginToken);
    Optional<Integer> end =
        id(tokenizer, configuration, "eos_token").or(() -> shape.endTokens().stream().findFirst());
    putToken("bos_token_id", begin);
    putToken("eos_token_id", end);
    putToken("padding_token_id", id(tokenizer, configuration, "pad_token"));
    List<Integer> ends = new ArrayList<>();
    generation.path("eos_token_id").forEach(it -> ends.add(it.asInt(-1)));
    if (ends.size() > 1) {
      ends.forEach(this::requireToken);
      keys.put(PREFIX + "eos_token_ids", GgufValue.i32s(ends));
    }
    int[] before = tokenizer.prefix();
    if (before.length > 0 && !(before.length == 1 && begin.equals(Optional.of(before[0])))) {
      throw unfit("other tokens in front of a text than bos_token: " + Arrays.toString(before));
    }
    keys.put(PREFIX + "add_bos_token", new GgufValue.Truth(before.length == 1));
  }

  private void putToken(String key, Optional<Integer> id) {
    id.ifPresent(
        it -> {
          requireToken(it);
          keys.put(PREFIX + key, GgufValue.u32(it));
        });
  }

  private void requireToken(int id) {
    if (id < 0 || id >= shape.vocabulary()) {
      throw unfit("a special token with the number " + id);
    }
  }

  private static Optional<Integer> id(Tokenizer tokenizer, JsonNode configuration, String name) {
    String text =
        configuration.path(name).asString(configuration.path(name).path("content").asString(""));
    return text.isEmpty() ? Optional.empty() : tokenizer.id(text).stream().boxed().findFirst();
  }

  private JsonNode beside(String name) {
    Path it = folder.resolve(name);
    return Files.exists(it)
        ? JsonFile.read(it, MAX_CONFIGURATION_BYTES, TrainingError.CONFIG_INVALID).root()
        : Json.object();
  }

  private TreadleException unfit(String what) {
    return TrainingError.TOKENIZER_UNFIT.because(
        file.file() + " cannot be exported as GGUF: llama.cpp would not do the same with " + what);
  }
}
