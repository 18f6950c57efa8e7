package dev.treadle.curation;

import dev.treadle.measure.text.Spelling;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The stages that a recipe can name. */
final class Stages {
  private static final Map<String, Function<Parameters, Stage>> KNOWN =
      new TreeMap<>(
          Map.of(
              ExchangeSource.NAME,
              ExchangeSource::of,
              Select.NAME,
              Select::of,
              Replays.NAME,
              _ -> new Replays(),
              ExactDuplicates.NAME,
              _ -> new ExactDuplicates(),
              NearDuplicateStage.NAME,
              NearDuplicateStage::of));

  private Stages() {}

  static List<String> names() {
    return List.copyOf(KNOWN.keySet());
  }

  /**
   * The step that {@code entry} at {@code where} describes: a name, or an object with a name and
   * its parameters.
   */
  static Recipe.Step step(JsonNode entry, String where) {
    String name;
    JsonNode given = Json.object();
    if (entry.isString()) {
      name = entry.stringValue();
    } else if (entry.isObject() && entry.size() == 1) {
      name = entry.propertyNames().iterator().next();
      given = entry.path(name);
    } else {
      throw invalid(where + ": expected a stage's name, or one name with its parameters: " + entry);
    }
    Function<Parameters, Stage> stage = KNOWN.get(name);
    if (stage == null) {
      throw invalid(where + ": there is no stage '" + name + "'" + nearest(name, names()));
    }
    if (!given.isObject() && !given.isNull()) {
      throw invalid(where + "." + name + ": expected parameters by name, found " + given);
    }
    Parameters parameters =
        new Parameters(where + "." + name, given instanceof ObjectNode it ? it : Json.object());
    Stage made = stage.apply(parameters);
    return new Recipe.Step(made, parameters.complete());
  }

  static String nearest(String word, List<String> known) {
    return Spelling.nearest(word, known)
        .map(near -> ": did you mean '" + near + "'?")
        .orElse(": there are " + String.join(", ", known));
  }

  static TreadleException invalid(String message) {
    return new TreadleException(CurationError.RECIPE_INVALID, message);
  }
}
