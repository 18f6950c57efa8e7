package dev.treadle.training.serving;

import dev.treadle.training.JsonFile;
import dev.treadle.training.TrainingError;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.template.ChatTemplate;
import dev.treadle.training.tokens.Tokenizer;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** What a model's {@code generation_config.json} says about answers. */
final class ModelFolder {
  private static final int MAX_BYTES = 1 << 20;
  private static final String ANSWER = "This is an answer.";

  private ModelFolder() {}

  static JsonNode generation(Path folder) {
    Path file = folder.resolve("generation_config.json");
    return Files.exists(file)
        ? JsonFile.read(file, MAX_BYTES, TrainingError.CONFIG_INVALID).root()
        : Json.object();
  }

  /**
   * The tokens that end an answer, wherever the folder says so: in its configurations, or in its
   * chat template, which a base's configuration may know nothing of.
   */
  static Set<Integer> ends(
      JsonNode generation, ModelShape shape, Tokenizer tokenizer, Optional<ChatTemplate> template) {
    Set<Integer> ends = new LinkedHashSet<>(shape.endTokens());
    JsonNode told = generation.path("eos_token_id");
    for (JsonNode it : told.isArray() ? told : Json.array().add(told)) {
      if (it.isInt()) {
        ends.add(it.intValue());
      }
    }
    tokenizer.endOfText().ifPresent(ends::add);
    template.ifPresent(it -> endOfTurn(it, tokenizer).ifPresent(ends::add));
    return ends;
  }

  /** The mark that the template writes right after an answer, if it is one. */
  private static OptionalInt endOfTurn(ChatTemplate template, Tokenizer tokenizer) {
    ArrayNode messages = Json.array();
    messages.addObject().put("role", "user").put("content", "Well?");
    messages.addObject().put("role", "assistant").put("content", ANSWER);
    String text;
    try {
      text =
          template.render(
              messages, Json.read("null"), false, Map.of(), LocalDateTime.of(2024, 7, 26, 0, 0));
    } catch (TreadleException e) {
      return OptionalInt.empty(); // It wants something else; whoever asks will be told.
    }
    int at = text.lastIndexOf(ANSWER);
    int[] after = at < 0 ? new int[0] : tokenizer.encode(text.substring(at + ANSWER.length()));
    return after.length > 0 && tokenizer.isSpecial(after[0])
        ? OptionalInt.of(after[0])
        : OptionalInt.empty();
  }

  /** The sampling that its makers recommend; what they leave open stays as models are. */
  static SamplingDefaults defaults(JsonNode generation) {
    double temperature = number(generation, "temperature").orElse(1);
    double topP = number(generation, "top_p").orElse(1);
    OptionalInt topK =
        generation.path("top_k").isInt()
            ? OptionalInt.of(generation.path("top_k").intValue())
            : OptionalInt.empty();
    return new SamplingDefaults(
        temperature >= 0 && temperature <= SamplingDefaults.HOTTEST ? temperature : 1,
        topP > 0 && topP <= 1 ? topP : 1,
        Math.max(0, topK.orElse(0)));
  }

  private static OptionalDouble number(JsonNode json, String name) {
    double value = json.path(name).isNumber() ? json.path(name).asDouble(Double.NaN) : Double.NaN;
    return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
