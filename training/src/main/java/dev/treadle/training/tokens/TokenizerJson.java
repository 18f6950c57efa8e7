package dev.treadle.training.tokens;

import dev.treadle.transcript.Json;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The contents of {@code tokenizer.json} for a byte-level tokenizer. */
final class TokenizerJson {
  private TokenizerJson() {}

  /**
   * Writes it.
   *
   * @param tokens those of texts, in order of their numbers; added ones follow
   * @param merges as {@code "left right"}
   */
  static ObjectNode of(TokenizerFamily family, List<String> tokens, ArrayNode merges) {
    ObjectNode json = Json.object();
    json.put("version", "1.0");
    json.putNull("truncation");
    json.putNull("padding");
    ArrayNode added = json.putArray("added_tokens");
    int next = tokens.size();
    int beginning = -1;
    for (String it : family.special()) {
      beginning = it.equals(family.beginning()) ? next : beginning;
      added.add(added(it, next++, true));
    }
    for (String it : family.ordinary()) {
      added.add(added(it, next++, false));
    }
    if (family.isNormalized()) {
      json.putObject("normalizer").put("type", "NFC");
    } else {
      json.putNull("normalizer");
    }
    json.set("pre_tokenizer", words(family));
    json.set("post_processor", beginning < 0 ? byteLevel(false) : begin(family, beginning));
    json.set("decoder", byteLevel(true));
    json.set("model", model(tokens, merges));
    return json;
  }

  private static ObjectNode added(String text, int id, boolean isSpecial) {
    return Json.object()
        .put("id", id)
        .put("content", text)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", isSpecial);
  }

  private static ObjectNode words(TokenizerFamily family) {
    ObjectNode split = Json.object().put("type", "Split");
    split.putObject("pattern").put("Regex", family.expression());
    split.put("behavior", "Isolated").put("invert", false);
    ObjectNode words = Json.object().put("type", "Sequence");
    words.putArray("pretokenizers").add(split).add(byteLevel(false));
    return words;
  }

  private static ObjectNode byteLevel(boolean trimsOffsets) {
    return Json.object()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", trimsOffsets)
        .put("use_regex", false);
  }

  /** What puts the first token in front of every text, and of the second of two. */
  private static ObjectNode begin(TokenizerFamily family, int id) {
    String text = family.beginning();
    ObjectNode json = Json.object().put("type", "TemplateProcessing");
    json.putArray("single").add(place("SpecialToken", text, 0)).add(place("Sequence", "A", 0));
    json.putArray("pair")
        .add(place("SpecialToken", text, 0))
        .add(place("Sequence", "A", 0))
        .add(place("SpecialToken", text, 1))
        .add(place("Sequence", "B", 1));
    ObjectNode token = json.putObject("special_tokens").putObject(text).put("id", text);
    token.putArray("ids").add(id);
    token.putArray("tokens").add(text);
    return json;
  }

  private static ObjectNode place(String kind, String id, int type) {
    ObjectNode json = Json.object();
    json.putObject(kind).put("id", id).put("type_id", type);
    return json;
  }

  private static ObjectNode model(List<String> tokens, ArrayNode merges) {
    ObjectNode model = Json.object().put("type", "BPE");
    model.putNull("dropout");
    model.putNull("unk_token");
    model.putNull("continuing_subword_prefix");
    model.putNull("end_of_word_suffix");
    model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
    ObjectNode vocabulary = model.putObject("vocab");
    for (int i = 0; i < tokens.size(); i++) {
      vocabulary.put(tokens.get(i), i);
    }
    model.set("merges", merges);
    return model;
  }
}
