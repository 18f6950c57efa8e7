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
              ExchangeSource.NAME,
              "Says which calls through the gateway become conversations; it belongs at the front."
                  + " Without it those of users do. Their row comes first in the funnel, before that"
                  + " of what was said of them (feedback).",
              List.of(
                  new Parameter("gather", "true or false", "true", "Whether any do."),
                  new Parameter(
                      "purposes",
                      "list of words",
                      "[\"user\"]",
                      "Only calls for these purposes: user, agent, judge, shadow, evaluation, probe.")),
              Map.ofEntries(
                  Map.entry("continued", "a later call of its conversation holds what it said"),
                  Map.entry("unfinished", "it was not answered, or its end was not recorded"),
                  Map.entry("failed", "an error was answered"),
                  Map.entry("aborted", "the stream ended in an error"),
                  Map.entry("cancelled", "the client went away"),
                  Map.entry("other_purpose", "its purpose is not among purposes"),
                  Map.entry("other_protocol", "no conversation, such as embeddings"),
                  Map.entry("no_body", "it was too long to be kept whole"),
                  Map.entry("unreadable", "its line or one of its bodies cannot be read"),
                  Map.entry("no_exchange", "(feedback) what it is about is not gathered")),
              "exchanges: {purposes: [user, agent]}"),
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
                  new Parameter(
                      "min-messages",
                      "number",
                      "2",
                      "The fewest messages; an answer of a comparison is one.")),
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
