package dev.treadle.curation;

import dev.treadle.transcript.Header.LineageStep;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The stages that make a dataset, in order, each with its parameters. */
public record Recipe(List<Step> steps) {
  /**
   * A stage and what it was made from.
   *
   * @param parameters all of them, defaults filled in
   */
  public record Step(Stage stage, ObjectNode parameters) {
    /** What an example that went through it carries. */
    public LineageStep lineage() {
      return new LineageStep(
          stage.name(), stage.version(), "sha256:" + Hashes.sha256(Json.write(parameters)));
    }
  }

  public Recipe {
    steps = List.copyOf(steps);
  }

  /**
   * The recipe that {@code description} gives: a list of stage names, or of objects with one stage
   * name and its parameters.
   *
   * @throws TreadleException {@link CurationError#RECIPE_INVALID} that names the step and the
   *     nearest right word
   */
  public static Recipe parse(JsonNode description) {
    if (!description.isArray()) {
      throw new TreadleException(
          CurationError.RECIPE_INVALID, "recipe: expected a list of stages, found " + description);
    }
    List<Step> steps = new ArrayList<>();
    for (JsonNode entry : description) {
      steps.add(Stages.step(entry, "recipe[" + steps.size() + "]"));
    }
    return new Recipe(steps);
  }

  /** What is done where nobody says otherwise. */
  public static Recipe standard() {
    return parse(Json.read("[\"select\",\"replays\",\"exact-duplicates\",\"near-duplicates\"]"));
  }

  /** What of the exchanges with models comes in. */
  ExchangeSource exchanges() {
    for (Step step : steps) {
      if (step.stage() instanceof ExchangeSource source) {
        return source;
      }
    }
    return ExchangeSource.STANDARD;
  }

  /** The recipe with every default filled in; the same decisions have the same description. */
  public JsonNode describe() {
    var list = Json.array();
    for (Step step : steps) {
      list.addObject().set(step.stage().name(), step.parameters());
    }
    return list;
  }
}
