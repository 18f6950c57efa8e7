package dev.treadle.curation;

import java.util.List;
import java.util.Map;

/**
 * What a stage of a recipe does, for people.
 *
 * @param reasons why it leaves examples out, by the code that the funnel counts
 * @param example one step of a recipe, as YAML
 */
public record StageDescription(
    String name,
    String meaning,
    List<Parameter> parameters,
    Map<String, String> reasons,
    String example) {
  /**
   * A parameter of a stage.
   *
   * @param otherwise the value where it is left out, as YAML
   */
  public record Parameter(String name, String type, String otherwise, String meaning) {}

  /** Every stage that a recipe can name, in the order in which they are of use. */
  public static final List<StageDescription> ALL =
      List.of(
          new StageDescription(
              Select.NAME,
              "Takes examples by kind and source, and leaves out those that nothing can be learned"
                  + " from.",
              List.of(
                  new Parameter(
                      "systems", "list of words", "[]", "Only these sources; empty: all of them."),
                  new Parameter(
                      "kinds", "list of words", "[]", "Only these kinds; empty: all of them."),
                  new Parameter(
                      "without-terms",
                      "list of words",
                      "[]",
                      "None whose answers are under these terms, such as anthropic."),
                  new Parameter(
                      "agents",
                      "true or false",
                      "true",
                      "Whether to take conversations of agents that another one asked."),
                  new Parameter(
                      "unanswered",
                      "true or false",
                      "false",
                      "Whether to take examples without an answer to train on."),
                  new Parameter("min-messages", "number", "2", "The fewest messages.")),
              Map.of(
                  "other_system", "its source is not among systems",
                  "other_kind", "its kind is not among kinds",
                  "terms", "its answers are under terms that are not wanted",
                  "agent", "it is the conversation of an agent that another one asked",
                  "too_short", "it has fewer messages than min-messages",
                  "no_answer", "there is no answer of a model to train on"),
              "select: {systems: [claude-code], agents: false, min-messages: 4}"),
          new StageDescription(
              Replays.NAME,
              "Makes every answer of a session a target once: where a branch or a resumed session"
                  + " begins with answers that are targets elsewhere, they become context.",
              List.of(),
              Map.of("replayed", "each of its answers is a target elsewhere in its session"),
              "replays"),
          new StageDescription(
              ExactDuplicates.NAME,
              "Keeps one of the examples that say the same, word for word: the first that was said.",
              List.of(),
              Map.of("same_text", "another example says the same and was said before"),
              "exact-duplicates"),
          new StageDescription(
              NearDuplicateStage.NAME,
              "Keeps one of the examples whose dialogues are nearly the same, by MinHash: the first"
                  + " that was said. Results of tools are not compared.",
              List.of(
                  new Parameter(
                      "threshold",
                      "share above 0",
                      "0.7",
                      "The similarity from which two dialogues are nearly the same.")),
              Map.of("near", "another example is nearly the same and was said before"),
              "near-duplicates: {threshold: 0.8}"));

  public StageDescription {
    parameters = List.copyOf(parameters);
    reasons = Map.copyOf(reasons);
  }
}
