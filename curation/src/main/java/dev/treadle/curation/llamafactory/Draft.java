package dev.treadle.curation.llamafactory;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a converter made of a row, before the checks of the training stage.
 *
 * @param flaw why the turns are empty or not what the writer meant; told when the stage drops the
 *     row
 */
record Draft(
    List<RawTurn> prompt,
    List<RawTurn> response,
    JsonNode system,
    JsonNode tools,
    List<Alteration> alterations,
    @Nullable Alteration flaw) {
  Draft {
    prompt = List.copyOf(prompt);
    response = List.copyOf(response);
    alterations = List.copyOf(alterations);
  }
}
