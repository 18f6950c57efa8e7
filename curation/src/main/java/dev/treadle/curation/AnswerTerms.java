package dev.treadle.curation;

import dev.treadle.transcript.Exchange;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Whose answers a model's are, for {@code source.terms}: what the exchange itself says in {@code
 * extra.terms}; else whose family the model is of; else the upstream's name.
 */
final class AnswerTerms {
  /** Whose a model is that is named so, or whose name holds this behind a slash. */
  private static final List<Map.Entry<String, String>> FAMILIES =
      List.of(
          Map.entry("claude", "anthropic"),
          Map.entry("gpt-oss", "openai-open"),
          Map.entry("gpt-", "openai"),
          Map.entry("chatgpt", "openai"),
          Map.entry("o1", "openai"),
          Map.entry("o3", "openai"),
          Map.entry("o4", "openai"),
          Map.entry("gemini", "google"),
          Map.entry("gemma", "gemma"),
          Map.entry("grok", "xai"),
          Map.entry("qwen", "qwen"),
          Map.entry("deepseek", "deepseek"),
          Map.entry("llama", "llama"),
          Map.entry("mistral", "mistral"),
          Map.entry("glm", "zhipu"),
          Map.entry("kimi", "moonshot"));

  private AnswerTerms() {}

  static Optional<String> of(Exchange exchange) {
    JsonNode said = exchange.extra().get("terms");
    if (said != null && said.isString()) {
      return Optional.of(said.stringValue());
    }
    Optional<Answerer> answerer = Answerer.of(exchange);
    if (answerer.isEmpty()) {
      return Optional.empty();
    }
    Answerer last = answerer.get();
    String model = last.model().toLowerCase(Locale.ROOT);
    String name = model.substring(model.lastIndexOf('/') + 1);
    return FAMILIES.stream()
        .filter(family -> name.startsWith(family.getKey()))
        .findFirst()
        .map(Map.Entry::getValue)
        .or(() -> Optional.of(last.upstream()).filter(upstream -> !upstream.isBlank()));
  }

  /** All of them, sorted, joined by plus signs: an example is under every one. */
  static Optional<String> joined(Stream<String> terms) {
    return Optional.of(terms.distinct().sorted().collect(Collectors.joining("+")))
        .filter(all -> !all.isEmpty());
  }
}
