package dev.treadle.gateway.conformance;

import dev.treadle.gateway.scripted.Answer;
import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import dev.treadle.gateway.scripted.When;
import dev.treadle.transcript.Json;
import java.util.List;
import java.util.Map;

/** A conversation about the weather: two calls of a tool at once, then an answer. */
final class Weather {
  static final String TOOL = "get_weather";
  static final String QUESTION = "What is the weather in Zürich and 東京?";
  static final List<String> CITIES = List.of("Zürich", "東京");
  static final String ANSWER = "Sun in Zürich, rain in 東京 🙂.";
  static final String SAID_FIRST = "I will look it up.";

  /** JSON Schema of the tool's arguments. */
  static final Map<String, Object> SCHEMA =
      Map.of(
          "type", "object",
          "properties", Map.of("city", Map.of("type", "string")),
          "required", List.of("city"));

  private Weather() {}

  static Script script() {
    Answer both =
        new Answer(
            SAID_FIRST,
            "",
            CITIES.stream()
                .map(it -> new Answer.Call(TOOL, Json.object().put("city", it)))
                .toList(),
            java.util.Optional.empty(),
            java.util.Optional.empty(),
            java.util.Optional.empty());
    return Script.of(
        Rule.when(When.contains("weather").at(1)).say(both),
        Rule.when(When.contains("weather").at(2)).say(ANSWER));
  }
}
