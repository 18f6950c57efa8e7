package dev.treadle.training.template;

import dev.treadle.training.JsonFile;
import dev.treadle.training.TrainingError;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A model's chat template: it makes one text of a conversation, letter for letter as Hugging Face's
 * {@code apply_chat_template} does. It is Jinja; what is not known of that is refused by its name
 * and line, and never guessed.
 */
public final class ChatTemplate {
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_CONFIGURATION_BYTES = 64 << 20;
  private static final List<String> SPECIAL_TOKENS =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  private final String source;
  private final List<Statement> statements;
  private final Map<String, String> specialTokens;

  private ChatTemplate(
      String source, List<Statement> statements, Map<String, String> specialTokens) {
    this.source = source;
    this.statements = statements;
    this.specialTokens = specialTokens;
  }

  /**
   * Reads a template.
   *
   * @param specialTokens what {@code bos_token} and the like stand for
   * @throws TreadleException naming the line that is wrong, or what is not supported there
   */
  public static ChatTemplate parse(String template, Map<String, String> specialTokens) {
    if (template.length() > MAX_BYTES) {
      throw TrainingError.TEMPLATE_TOO_MUCH.because(
          "the chat template has over " + MAX_BYTES + " letters");
    }
    return new ChatTemplate(template, TemplateParser.parse(template), Map.copyOf(specialTokens));
  }

  /** Whether a text such as {@code <tool_call>} stands in the template as it was written. */
  public boolean mentions(String text) {
    return source.contains(text);
  }

  /** The template of a model's folder: {@code chat_template.jinja}, or the tokenizer's. */
  public static ChatTemplate read(Path folder) {
    JsonNode json = configuration(folder);
    Map<String, String> tokens = new LinkedHashMap<>();
    for (String it : SPECIAL_TOKENS) {
      String text = json.path(it).asString(json.path(it).path("content").asString(""));
      if (!text.isEmpty()) {
        tokens.put(it, text);
      }
    }
    return parse(
        textIn(folder)
            .orElseThrow(
                () ->
                    TrainingError.FILE_ABSENT.because(
                        folder
                            + " has no chat template: neither chat_template.jinja nor one in"
                            + " tokenizer_config.json")),
        tokens);
  }

  /** The same as it stands there, if there is one. */
  public static Optional<String> textIn(Path folder) {
    Path file = folder.resolve("chat_template.jinja");
    if (Files.exists(file)) {
      return Optional.of(
          new String(
              JsonFile.bytes(file, MAX_BYTES, TrainingError.TEMPLATE_TOO_MUCH),
              StandardCharsets.UTF_8));
    }
    JsonNode template = configuration(folder).path("chat_template");
    for (JsonNode it : template.isArray() ? template : Json.array()) {
      if (it.path("name").asString("").equals("default")) {
        template = it.path("template");
      }
    }
    return template.isString() ? Optional.of(template.stringValue()) : Optional.empty();
  }

  private static JsonNode configuration(Path folder) {
    Path file = folder.resolve("tokenizer_config.json");
    return Files.exists(file)
        ? JsonFile.read(file, MAX_CONFIGURATION_BYTES, TrainingError.CONFIG_INVALID).root()
        : Json.object();
  }

  /**
   * Makes the text of a conversation.
   *
   * @param messages as OpenAI's chat API has them
   * @param tools likewise, or JSON's null where there are none
   * @param isPrompt whether the model is to answer: its turn is begun
   * @param variables what else the template may ask for, such as {@code enable_thinking}
   * @param now the date that a template may write
   * @throws TreadleException if the template refuses the conversation, fails, or takes too long
   */
  public String render(
      JsonNode messages,
      JsonNode tools,
      boolean isPrompt,
      Map<String, JsonNode> variables,
      LocalDateTime now) {
    Scope scope = new Scope(null);
    specialTokens.forEach((name, it) -> scope.set(name, new Value.Text(it)));
    scope.set("messages", Value.of(messages));
    scope.set("tools", Value.of(tools));
    scope.set("documents", new Value.None());
    scope.set("add_generation_prompt", new Value.Truth(isPrompt));
    variables.forEach((name, it) -> scope.set(name, Value.of(it)));
    try {
      return new Rendering(now).render(statements, scope);
    } catch (StackOverflowError e) {
      throw TrainingError.TEMPLATE_TOO_MUCH.because("the chat template nests too deep", e);
    }
  }
}
