package dev.treadle.curation.llamafactory;

import java.util.List;

/**
 * A converted row: what the trainer's template gets.
 *
 * @param response one turn for supervised training, chosen then rejected for preferences, the
 *     answer and an empty turn for KTO (in this order when desirable, else reversed), none for
 *     pretraining
 * @param system system prompt, empty where there is none
 * @param tools JSON text of the tool list, empty where there is none
 */
public record Sample(List<Turn> prompt, List<Turn> response, String system, String tools) {
  public Sample {
    prompt = List.copyOf(prompt);
    response = List.copyOf(response);
  }
}
